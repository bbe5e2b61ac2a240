/** The next larger number. */
const above = (value: number): number => {
  if (value === 0) return Number.MIN_VALUE
  const floats = new Float64Array([value])
  const bits = new BigInt64Array(floats.buffer)
  bits[0] = (bits[0] ?? 0n) + (value > 0 ? 1n : -1n)
  return floats[0] ?? value
}
const nextOf = { number: above, instant: (value: number) => value + 1 } as const
/** Any number, or whole milliseconds. */
export type NumberKind = keyof typeof nextOf

/**
 * Where a test of numbers begins to pass and ceases to, in turn and ascending: a number passes when it has an odd number
 * of these at or below it. The test's answer may change only at `edges` and right after them, so it is asked there and
 * nowhere else: what is compared in the rows is this very test.
 */
export const boundsOf = (
  passes: (value: number) => boolean,
  edges: readonly number[],
  kind: NumberKind,
): readonly number[] => {
  const starts = new Set([Number.NEGATIVE_INFINITY, ...edges.flatMap((edge) => [edge, nextOf[kind](edge)])])
  const bounds: number[] = []
  for (const start of [...starts].sort((a, b) => a - b))
    if (passes(start) !== (bounds.length % 2 === 1)) bounds.push(start)
  return bounds
}
