import type { Claim } from './component.ts'
import { canonicalJson } from './json.ts'
import { type Compare, compareText } from './order.ts'
import type { TraitStrategy } from './settings.ts'

/** The later statement is the greater; of two at one instant the one with the larger hash, never the one that came last. */
export const byRecency: Compare<Claim> = (a, b) => a.at - b.at || compareText(a.hash, b.hash)

const isStated = (claim: Claim): number => (claim.value === null ? 0 : 1)

/** Numbers by size, texts (times are ISO 8601 in UTC) by code unit, false before true, lists by their JSON. */
const byValue: Compare<Claim> = ({ value: a }, { value: b }) => {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  return compareText(canonicalJson(a), canonicalJson(b))
}

const orders: Partial<Record<TraitStrategy, Compare<Claim>>> = {
  oldest: (a, b) => isStated(a) - isStated(b) || -byRecency(a, b),
  max: (a, b) => isStated(a) - isStated(b) || byValue(a, b) || byRecency(a, b),
  min: (a, b) => isStated(a) - isStated(b) || -byValue(a, b) || byRecency(a, b),
}

/**
 * Which of one source's statements of one trait stands: the greater. A total order, so the survivor of many does not
 * depend on their sequence. A withdrawal (null) is a statement as any other, except under `oldest`, `max` and `min`:
 * those keep an extreme of all that was ever said, where a withdrawal yields to every value.
 */
export const survivalOrder = (strategy: TraitStrategy): Compare<Claim> => orders[strategy] ?? byRecency
