import { own } from '../profile/json.ts'
import { isListPath, valuesAt } from '../profile/property-path.ts'
import { durationMs, type ProfileSettings } from '../profile/settings.ts'
import type { Condition, ContextLeaf, EventLeaf, TraitLeaf } from './condition.ts'
import { asValue, type Slots, type Test } from './frame.ts'
import { allOf, anyOf, not } from './logic.ts'
import { compileCount, passesWithin } from './occurrences.ts'
import { compileOperators, isTime } from './operators.ts'
import { never } from './program.ts'
import { compileProperty } from './property-test.ts'
import { readInstant, readTrait, traitType } from './traits.ts'
import type { Zone } from './zone.ts'

/** What conditions are compiled against; one for a program, so that all of it shares slots. */
export interface Ground {
  readonly settings: ProfileSettings
  readonly zone: Zone
  readonly slots: Slots
  readonly segments: ReadonlyMap<string, Condition>
  /** Segments compiled so far. */
  readonly compiled: Map<string, Test>
}

const compileTrait = (leaf: TraitLeaf, { settings, zone, slots }: Ground): Test => {
  const type = traitType(leaf.trait, settings)
  const test = compileOperators(leaf, { type, spread: false, zone })
  const read = isTime(type) ? readInstant(leaf.trait, settings, slots, zone) : readTrait(leaf.trait, settings, slots)
  return (frame) => test(read(frame), frame)
}

const compileConsent = (purpose: string, { settings }: Ground): Test => {
  const byDefault = own(settings.consents, purpose)?.default === 'granted'
  return ({ profile }) => profile.consents.get(purpose)?.granted ?? byDefault
}

const compileEvent = (leaf: EventLeaf, { settings, zone, slots }: Ground): Test => {
  const place = { event: own(settings.events.types, leaf.event), list: null, zone }
  const where = leaf.where && compileProperty(leaf.where, place)
  const width = leaf.withinLast === undefined ? never : durationMs(leaf.withinLast)
  const passes = compileCount(leaf.count)
  return slots.verdicts.once(JSON.stringify(leaf), (frame) => {
    const events = frame.profile.events.get(leaf.event) ?? []
    const counted = where ? events.filter((event) => where(event, frame, 0)) : events
    return passesWithin(counted, width, passes, frame)
  })
}

/**
 * Without a request a context condition counts as satisfied, under `not` too: what it will say is not known yet, and
 * it may only withhold. `asserted`: under an even number of `not`.
 */
const compileContext = (leaf: ContextLeaf, asserted: boolean, { zone }: Ground): Test => {
  const spread = isListPath(leaf.context)
  const test = compileOperators(leaf, { type: null, spread, zone })
  return (frame) => {
    if (frame.context === undefined) return asserted
    const values = valuesAt(frame.context, leaf.context)
    return test(asValue(spread ? values : values[0]), frame)
  }
}

/** A segment's test, compiled once, and run once per evaluation however many conditions name it. */
export const compileSegment = (key: string, ground: Ground, trail: readonly string[] = []): Test => {
  const known = ground.compiled.get(key)
  if (known !== undefined) return known
  const when = ground.segments.get(key)
  if (when === undefined) throw new Error(`compiling segment "${key}": there is none with this key; declare it`)
  const next = [...trail, key]
  if (trail.includes(key)) throw new Error(`compiling segment "${key}": it contains itself, ${next.join(' -> ')}`)
  const test = ground.slots.verdicts.once(`segment ${key}`, compile(when, true, ground, next))
  ground.compiled.set(key, test)
  return test
}

const cost = (condition: Condition): number => {
  if ('all' in condition) return sum(condition.all.map(cost))
  if ('any' in condition) return sum(condition.any.map(cost))
  if ('not' in condition) return cost(condition.not)
  if ('event' in condition) return 20
  return 'segment' in condition ? 5 : 1
}
const sum = (costs: readonly number[]): number => costs.reduce((total, each) => total + each, 0)
/** The cheap ones first: often they settle the matter. */
const byCost = (conditions: readonly Condition[]): readonly Condition[] =>
  conditions.toSorted((a, b) => cost(a) - cost(b))

const compile = (condition: Condition, asserted: boolean, ground: Ground, trail: readonly string[]): Test => {
  const part = (inner: Condition) => compile(inner, asserted, ground, trail)
  if ('all' in condition) return allOf(byCost(condition.all).map(part))
  if ('any' in condition) return anyOf(byCost(condition.any).map(part))
  if ('not' in condition) return not(compile(condition.not, !asserted, ground, trail))
  if ('segment' in condition) return compileSegment(condition.segment, ground, trail)
  if ('consent' in condition) return compileConsent(condition.consent, ground)
  if ('trait' in condition) return compileTrait(condition, ground)
  if ('context' in condition) return compileContext(condition, asserted, ground)
  return compileEvent(condition, ground)
}

/** Compiles a condition to closures over slots. Throws where it names a segment that is not there or contains itself. */
export const compileCondition = (condition: Condition, ground: Ground): Test => compile(condition, true, ground, [])
