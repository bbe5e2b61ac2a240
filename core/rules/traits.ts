import { computedTrait } from '../profile/computed.ts'
import { own } from '../profile/json.ts'
import type { ComputedSettings, ProfileSettings, TraitType } from '../profile/settings.ts'
import { asValue, due, type Frame, type Slots, type Value } from './frame.ts'
import { instantOf } from './moment.ts'
import type { Zone } from './zone.ts'

export type Reader = (frame: Frame) => Value

/** The type of what a computed trait comes to; null where its property is not declared. */
const computedType = ({ fn, event, property }: ComputedSettings, { events }: ProfileSettings): TraitType | null => {
  if (fn === 'count' || fn === 'sum' || fn === 'average' || fn === 'distinct') return 'number'
  const declared = own(own(events.types, event)?.properties ?? {}, property ?? '')
  return declared ?? (property === 'timestamp' ? 'datetime' : null)
}

/** The declared type of a trait or computed trait; null where neither is declared. */
export const traitType = (path: string, settings: ProfileSettings): TraitType | null => {
  const computed = own(settings.computed, path)
  return computed === undefined ? (own(settings.traits, path)?.type ?? null) : computedType(computed, settings)
}

/** Whether a trait or computed trait of this path is declared. */
export const isTrait = (path: string, { traits, computed }: ProfileSettings): boolean =>
  own(traits, path) !== undefined || own(computed, path) !== undefined

/** Reads a trait or computed trait, once per evaluation: the trait dictionary, name -> slot. */
export const readTrait = (path: string, settings: ProfileSettings, slots: Slots): Reader => {
  const computed = own(settings.computed, path)
  if (computed === undefined) return slots.values.once(path, ({ profile }) => asValue(profile.traits.get(path)?.value))
  return slots.values.once(path, (frame) => {
    const { value, until } = computedTrait(frame.profile, computed, frame.at)
    due(frame, until)
    return asValue(value)
  })
}

/** Reads a date or time as its instant: the text is parsed once per evaluation. */
export const readInstant = (path: string, settings: ProfileSettings, slots: Slots, zone: Zone): Reader => {
  const read = readTrait(path, settings, slots)
  return slots.values.once(`${path}\0instant`, (frame) => instantOf(read(frame), zone))
}
