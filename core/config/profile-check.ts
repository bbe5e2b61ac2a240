import type { z } from 'zod'
import { type ComputedSettings, type EventSettings, type ImportSettings, profileSettings } from '../profile/settings.ts'
import { unknownZone } from './intl.ts'
import type { Known } from './known.ts'
import { below, type Finding, unknownName } from './problem.ts'

type Events = Readonly<Record<string, EventSettings>>

const ofIdentifier = (name: string, known: Known): Finding[] =>
  known.connectors?.includes(name)
    ? [{ path: [], message: 'is also a connector, whose own identifier is built in: rename one' }]
    : []

/** Segments and placements stand beside traits in a connector's map. */
const ofTrait = (name: string): Finding[] =>
  /^(segment|placement)\./.test(name) ? [{ path: [], message: 'looks like a segment or placement in a map' }] : []

const ofComputed = (name: string, computed: ComputedSettings, events: Events, known: Known): Finding[] => {
  const { event, property } = computed
  const declared = Object.keys(events[event]?.properties ?? {})
  const message = 'is also the name of a trait: rename one'
  return [
    ...ofTrait(name),
    ...(known.traits?.includes(name) ? [{ path: [], message }] : []),
    ...unknownName(['event'], 'event', event, known.events),
    ...(property === undefined || !(event in events)
      ? []
      : unknownName(['property'], `property of ${event}`, property, [...declared, 'timestamp'])),
  ]
}

const ofEvent = ({ key, properties }: EventSettings): Finding[] =>
  key === undefined ? [] : unknownName(['key'], 'property', key, Object.keys(properties))

const onlyTrack = 'is for type track'
/** What an import may state only where it is of the other type. */
const foreign = {
  track: { traits: 'is for type identify: an event has properties' },
  identify: { event: onlyTrack, groupBy: onlyTrack, properties: onlyTrack, products: onlyTrack },
} as const satisfies Record<ImportSettings['type'], Readonly<Record<string, string>>>

const isStated = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value !== undefined

const ofImport = (settings: ImportSettings, known: Known): Finding[] => {
  const stated = new Map<string, unknown>(Object.entries(settings))
  const misplaced = Object.entries(foreign[settings.type]).filter(([key]) => isStated(stated.get(key)))
  const nameless = settings.type === 'track' && settings.event === undefined
  const nobody = !['userId', 'anonymousId', 'email'].some((key) => isStated(stated.get(key)))
  return [
    ...misplaced.map(([key, message]) => ({ path: [key], message })),
    ...(nameless ? [{ path: ['event'], message: 'is missing: the name of the event' }] : []),
    ...(nobody ? [{ path: [], message: 'names nobody: state userId, anonymousId or email' }] : []),
    ...(settings.timestamp ? unknownZone(['timestamp', 'zone'], settings.timestamp.zone) : []),
    ...Object.keys(settings.traits).flatMap((trait) => unknownName(['traits', trait], 'trait', trait, known.traits)),
  ]
}

type Entries<Entry> = Readonly<Record<string, Entry>> | undefined
const each = <Entry>(
  path: readonly string[],
  entries: Entries<Entry>,
  check: (entry: Entry, name: string) => Finding[],
) => Object.entries(entries ?? {}).flatMap(([name, entry]) => below([...path, name], check(entry, name)))

/** The schema with nothing required. */
export const partialProfile = profileSettings.partial({ identifiers: true })

/** What the parts of profile.yaml say about each other. */
export const checkProfile = (profile: z.output<typeof partialProfile>, known: Known): Finding[] => {
  const types = profile.events.types
  return [
    ...each(['identifiers'], profile.identifiers, (_, name) => ofIdentifier(name, known)),
    ...each(['traits'], profile.traits, (_, name) => ofTrait(name)),
    ...each(['computed'], profile.computed, (computed, name) => ofComputed(name, computed, types, known)),
    ...each(['events', 'types'], types, ofEvent),
    ...each(['imports'], profile.imports, (settings) => ofImport(settings, known)),
  ]
}
