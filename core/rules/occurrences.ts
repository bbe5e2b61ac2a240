import { indexAfter } from '../profile/order.ts'
import { due, type Frame } from './frame.ts'
import type { Count } from './leaf.ts'
import { allOf } from './logic.ts'
import { never } from './program.ts'

interface Timed {
  readonly at: number
}

type Passes = (count: number) => boolean
const counts: { readonly [Name in keyof Required<Count>]: (bound: number) => Passes } = {
  is: (bound) => (count) => count === bound,
  gte: (bound) => (count) => count >= bound,
  gt: (bound) => (count) => count > bound,
  lt: (bound) => (count) => count < bound,
  lte: (bound) => (count) => count <= bound,
}
const countNames = ['is', 'gte', 'gt', 'lt', 'lte'] as const

/** What `count` asks for: at least one where nothing is stated. */
export const compileCount = (count: Count = { gte: 1 }): Passes =>
  allOf(
    countNames.flatMap((name) => {
      const bound = count[name]
      return bound === undefined ? [] : [counts[name](bound)]
    }),
  )

/**
 * Whether the number of events in (at - width, at] passes, and exactly when it will cease or begin to: an event at t
 * counts in [t, t + width), so the number changes only as one arrives or leaves. `width` may be `never`: all of them.
 */
export const passesWithin = (events: readonly Timed[], width: number, passes: Passes, frame: Frame): boolean => {
  let arriving = indexAfter(events, frame.at)
  let leaving = indexAfter(events, frame.at - width)
  const holds = passes(arriving - leaving)
  const arrival = () => events[arriving]?.at ?? never
  const departure = () => (leaving < arriving ? (events[leaving]?.at ?? never) + width : never)
  for (let next = Math.min(arrival(), departure()); next < never; next = Math.min(arrival(), departure())) {
    while (arrival() <= next) arriving++
    while (departure() <= next) leaving++
    if (passes(arriving - leaving) === holds) continue
    due(frame, next)
    break
  }
  return holds
}
