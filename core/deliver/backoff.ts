/** What to do after the n-th failure of one contact or one call, in milliseconds. */
const firstMs = 1_000
const mostMs = 15 * 60_000
/** After this many failures a contact is a dead letter; a tool that is down counts for nobody. */
export const mostAttempts = 8

/**
 * Exponential backoff with full jitter: a point in [0, min(cap, first x 2^attempts)], drawn by `chance` in [0, 1).
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog.
 */
export const backoffMs = (attempts: number, chance: number): number =>
  Math.round(chance * Math.min(mostMs, firstMs * 2 ** attempts))
