const dayMs = 86_400_000
/** Spending is remembered by the quarter of an hour: a day's budget comes back in steps of that. */
const quarterMs = 15 * 60_000

/** What was spent in the last 24 hours, oldest first. */
export type Budget = readonly { readonly from: number; readonly spent: number }[]
export const noBudgetSpent: Budget = []

const recent = (budget: Budget, now: number): Budget => budget.filter(({ from }) => from + quarterMs + dayMs > now)
const sum = (budget: Budget): number => budget.reduce((total, { spent }) => total + spent, 0)

export const spend = (budget: Budget, cost: number, now: number): Budget => {
  const from = now - (now % quarterMs)
  const kept = recent(budget, now)
  const last = kept.at(-1)
  if (last?.from !== from) return [...kept, { from, spent: cost }]
  return [...kept.slice(0, -1), { from, spent: last.spent + cost }]
}

/** From when on `cost` more stays within `perDay`; in the past: it does so now. What is more than a whole day's budget waits for an empty one. */
export const freeAt = (budget: Budget, perDay: number, cost: number, now: number): number => {
  const kept = recent(budget, now)
  let over = sum(kept) + Math.min(cost, perDay) - perDay
  if (over <= 0) return Number.NEGATIVE_INFINITY
  for (const { from, spent } of kept) {
    over -= spent
    if (over <= 0) return from + quarterMs + dayMs
  }
  return Number.NEGATIVE_INFINITY
}
