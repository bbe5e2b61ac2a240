import type { Value } from './frame.ts'

/** What a condition compares a value with. */
export type Operand = string | number | boolean | symbol

/**
 * The values of a trait, put into few classes by what they are compared with: each operand is one, no value at all is
 * one, the numbers between two neighbouring ones are one, all other values together are one. What equals an operand or
 * lies beside a number is then the same for all values of a class.
 */
export interface ValueClasses {
  readonly of: (value: Value) => number
  /** For each class a value that stands for it. */
  readonly standIns: readonly Value[]
  /** Classes before which the answer of any condition may change: no value, another one, the least numbers. */
  readonly edges: readonly number[]
}

const [none, other] = [0, 1]
/** Equal to nothing that is written, and neither a text nor a number. */
const anythingElse = Symbol('anything else')

/** Of each number one class, of those before it another, and one of those beyond them all. */
const standInsOf = (numbers: readonly number[]): readonly number[] => [
  ...numbers.flatMap((number, index) => {
    const before = numbers[index - 1]
    return [before === undefined ? Number.NEGATIVE_INFINITY : before / 2 + number / 2, number]
  }),
  Number.POSITIVE_INFINITY,
]

/** Index of the first of sorted numbers that is not below one. */
const placeOf = (numbers: Float64Array, number: number): number => {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? number) < number) low = middle + 1
    else high = middle
  }
  return low
}

export const createValueClasses = (operands: readonly Operand[]): ValueClasses => {
  const distinct = [...new Set(operands)]
  const numbers = Float64Array.from(distinct.filter((operand) => typeof operand === 'number')).sort()
  const named = distinct.filter((operand) => typeof operand !== 'number')
  const known = new Map<unknown, number>(named.map((operand, index) => [operand, other + 1 + index]))
  const firstNumber = other + 1 + named.length
  const ofNumber = (value: number): number => {
    const place = placeOf(numbers, value)
    return firstNumber + 2 * place + (numbers[place] === value ? 1 : 0)
  }
  return {
    of: (value) => {
      if (value === null) return none
      if (typeof value === 'number' && !Number.isNaN(value)) return ofNumber(value)
      return known.get(value) ?? other
    },
    standIns: [null, anythingElse, ...named, ...standInsOf([...numbers])],
    edges: [none, other, firstNumber],
  }
}
