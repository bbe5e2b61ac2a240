/** Numbers in order, with a guide to where one stands among them. */
export interface SortedNumbers {
  readonly sorted: Float64Array
  /** The span of the numbers in equal steps: how many numbers lie in the steps before each one. */
  readonly guide: Int32Array
  readonly from: number
  /** Steps for each one that a number is greater. */
  readonly scale: number
}

/** Steps for each number: with two most steps hold one number or none. */
const fineness = 2

const stepOf = (number: number, from: number, scale: number, steps: number): number =>
  Math.max(0, Math.min(steps - 1, Math.floor((number - from) * scale)))

/** Of numbers in ascending order. */
export const sortedNumbers = (numbers: readonly number[]): SortedNumbers => {
  const steps = Math.max(1, numbers.length * fineness)
  const [from, to] = [numbers[0] ?? 0, numbers.at(-1) ?? 0]
  const fine = steps / (to - from)
  // Numbers that are all the same, or all but the same, stand in one step.
  const scale = Number.isFinite(fine) ? fine : 0
  const guide = new Int32Array(steps + 1)
  for (const number of numbers) {
    const after = stepOf(number, from, scale, steps) + 1
    guide[after] = (guide[after] ?? 0) + 1
  }
  for (let step = 1; step <= steps; step++) guide[step] = (guide[step] ?? 0) + (guide[step - 1] ?? 0)
  return { sorted: Float64Array.from(numbers), guide, from, scale }
}

/** How many of the numbers are below one: looked for within one step, as those of earlier steps are below it too. */
export const placeOf = ({ sorted, guide, from, scale }: SortedNumbers, number: number): number => {
  const step = stepOf(number, from, scale, guide.length - 1)
  let low = guide[step] ?? 0
  let high = guide[step + 1] ?? sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? number) < number) low = middle + 1
    else high = middle
  }
  return low
}
