import Big from 'big.js'
import type { HistoryEvent } from './component.ts'
import { own } from './json.ts'
import { compareText, greatest, indexAfter } from './order.ts'
import type { Computed, Profile } from './profile.ts'
import { type ComputedSettings, durationMs } from './settings.ts'

/** Enough places for an average to be as exact as the number it ends in. */
const Decimal = Big()
Decimal.DP = 40

/** The values that an event contributes: none, one, or each element of a list that has one. */
type Read = (event: HistoryEvent) => readonly unknown[]

const reader = (property: string | undefined): Read => {
  if (property === undefined) return () => [true]
  if (property === 'timestamp') return (event) => [new Date(event.at).toISOString()]
  return (event) => {
    const value = own(event.properties, property)
    if (value === undefined) return []
    return Array.isArray(value) ? value.filter((element) => element !== null) : [value]
  }
}

/** Undefined for no numbers at all: the sum of nothing would pass for a customer who spent 0. */
const exactSum = (values: readonly unknown[]): Big | undefined => {
  const numbers = values.filter((value) => typeof value === 'number')
  return numbers.length === 0 ? undefined : numbers.reduce((sum, value) => sum.plus(value), new Decimal(0))
}

interface Tally {
  readonly value: unknown
  readonly count: number
  readonly lastAt: number
}
/** How often each value was seen, and when last; by its JSON, so that 1 and "1" differ. */
const tallies = (events: readonly HistoryEvent[], read: Read): ReadonlyMap<string, Tally> => {
  const tallied = new Map<string, Tally>()
  for (const event of events) {
    for (const value of read(event)) {
      const text = JSON.stringify(value)
      tallied.set(text, { value, count: (tallied.get(text)?.count ?? 0) + 1, lastAt: event.at })
    }
  }
  return tallied
}

/** The most often seen value; of several the one seen latest, then the smallest as text. */
const mostFrequent = (events: readonly HistoryEvent[], read: Read): unknown =>
  greatest(
    tallies(events, read).values(),
    (a, b) => a.count - b.count || a.lastAt - b.lastAt || compareText(String(b.value), String(a.value)),
  )?.value

type Fold = (events: readonly HistoryEvent[], read: Read) => unknown

/** Over the events of the window that contribute anything, oldest first. */
const functions: Readonly<Record<ComputedSettings['fn'], Fold>> = {
  count: (events, read) => events.reduce((count, event) => count + read(event).length, 0),
  sum: (events, read) => exactSum(events.flatMap(read))?.toNumber(),
  average: (events, read) => {
    const values = events.flatMap(read).filter((value) => typeof value === 'number')
    return exactSum(values)?.div(values.length).toNumber()
  },
  first: (events, read) => events.slice(0, 1).flatMap(read)[0],
  last: (events, read) => events.slice(-1).flatMap(read).at(-1),
  mostFrequent,
  distinct: (events, read) => tallies(events, read).size,
}

/**
 * A computed trait at an instant, over the events in (now - within, now], and until when it stays so by itself: until
 * an event leaves the window or a future-dated one enters. Sums are exact decimals and become a number once, at the
 * end. Without events count and distinct are 0, the others undefined.
 */
export const computedTrait = (profile: Profile, computed: ComputedSettings, now: number): Computed => {
  const all = profile.events.get(computed.event) ?? []
  const withinMs = computed.within === undefined ? Number.POSITIVE_INFINITY : durationMs(computed.within)
  const read = reader(computed.property)
  const contributes = (event: HistoryEvent): boolean => read(event).length > 0
  const end = indexAfter(all, now)
  const events = all.slice(indexAfter(all, now - withinMs), end).filter(contributes)
  const leaves = (computed.fn === 'last' ? events.at(-1) : events[0])?.at ?? Number.POSITIVE_INFINITY
  const enters = all.slice(end).find(contributes)?.at ?? Number.POSITIVE_INFINITY
  return { value: functions[computed.fn](events, read), until: Math.min(leaves + withinMs, enters) }
}
