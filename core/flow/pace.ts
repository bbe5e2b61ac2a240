import type { Clock } from './clock.ts'

/** How many to take at once, so that nobody who comes in between waits long. */
export interface Pace {
  readonly size: () => number
  /** Does this to so many, and learns from how long it takes. */
  readonly measure: <T>(count: number, work: () => Promise<T>) => Promise<T>
}
const bounds = { least: 5, first: 20, most: 100 } as const

/** Steps that last about `targetMs`: customers with long histories are taken in smaller groups than others. */
export const createPace = (now: Clock, targetMs: number): Pace => {
  let size: number = bounds.first
  return {
    size: () => size,
    measure: async (count, work) => {
      const startedAt = now()
      try {
        return await work()
      } finally {
        const fitting = (count * targetMs) / Math.max(1, now() - startedAt)
        const next = Math.floor(0.5 * size + 0.5 * Math.min(fitting, 2 * size))
        size = Math.max(bounds.least, Math.min(bounds.most, next))
      }
    },
  }
}
