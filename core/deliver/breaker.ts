/** A circuit breaker of one connector: values in, values out. */
export type Breaker =
  | { readonly state: 'closed'; readonly outcomes: readonly Outcome[] }
  | { readonly state: 'open'; readonly until: number; readonly failures: number }
  | { readonly state: 'half-open'; readonly failures: number }
interface Outcome {
  readonly at: number
  readonly ok: boolean
}

const windowMs = 30_000
const fewest = 5
const longestMs = 5 * 60_000
const openMs = (failures: number): number => Math.min(longestMs, 1_000 * 2 ** failures)

export const closed: Breaker = { state: 'closed', outcomes: [] }

/** After a call: opens when at least half of the last calls failed, one probe decides whether it closes again. */
export const afterCall = (breaker: Breaker, ok: boolean, at: number): Breaker => {
  if (breaker.state !== 'closed') {
    if (ok) return closed
    return { state: 'open', until: at + openMs(breaker.failures + 1), failures: breaker.failures + 1 }
  }
  const outcomes = [...breaker.outcomes.filter((outcome) => outcome.at > at - windowMs), { at, ok }]
  const failed = outcomes.filter((outcome) => !outcome.ok).length
  const trips = outcomes.length >= fewest && failed * 2 >= outcomes.length
  return trips ? { state: 'open', until: at + openMs(0), failures: 0 } : { state: 'closed', outcomes }
}

/** Before a call: whether it may go out (an open breaker whose time is up lets one probe through), and if not, when. */
export const beforeCall = (breaker: Breaker, at: number): { readonly breaker: Breaker; readonly waitMs: number } => {
  if (breaker.state !== 'open') return { breaker, waitMs: 0 }
  if (at < breaker.until) return { breaker, waitMs: breaker.until - at }
  return { breaker: { state: 'half-open', failures: breaker.failures }, waitMs: 0 }
}
