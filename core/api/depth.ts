const nested = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null
    ? Object.values(value).filter((inner) => typeof inner === 'object' && inner !== null)
    : []

/** How deep a body may be nested: whatever walks it by recursion is safe. */
export const maxDepth = 64

/** Whether a value is nested deeper than `limit`. Level by level, so that no depth exhausts the stack. */
export const isDeeperThan = (value: unknown, limit: number): boolean => {
  let level = nested(value)
  for (let depth = 1; level.length > 0; depth++) {
    if (depth >= limit) return true
    level = level.flatMap(nested)
  }
  return false
}
