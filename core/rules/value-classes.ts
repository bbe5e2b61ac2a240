import type { Value } from './frame.ts'

/** What a condition compares a value with. */
export type Operand = string | number | boolean | symbol

/**
 * The values of a subject, put into few classes by what they are compared with: each operand is one, no value at all is
 * one, the numbers between two neighbouring ones are one, all other values together are one. Whatever equals an operand
 * or lies beside a number is then the same for all values of a class.
 */
export interface ValueClasses {
  /** Texts, flags and symbols. */
  readonly known: ReadonlyMap<unknown, number>
  /** Sorted. */
  readonly numbers: Float64Array
  /** The class of the numbers before the first one; from there on two for each number. */
  readonly firstNumber: number
  /** For each class a value that stands for it. */
  readonly standIns: readonly Value[]
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

export const createValueClasses = (operands: Iterable<Operand>): ValueClasses => {
  const distinct = [...new Set(operands)]
  const numbers = distinct.filter((operand) => typeof operand === 'number').sort((a, b) => a - b)
  const named = distinct.filter((operand) => typeof operand !== 'number')
  return {
    known: new Map(named.map((operand, index) => [operand, other + 1 + index])),
    numbers: Float64Array.from(numbers),
    firstNumber: other + 1 + named.length,
    standIns: [null, anythingElse, ...named, ...standInsOf(numbers)],
  }
}

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

/** The class of a value that is no list. */
export const classOf = ({ known, numbers, firstNumber }: ValueClasses, value: Value): number => {
  if (value === null) return none
  if (typeof value !== 'number') return known.get(value) ?? other
  if (Number.isNaN(value)) return other
  const place = placeOf(numbers, value)
  return firstNumber + 2 * place + (numbers[place] === value ? 1 : 0)
}

/** Classes at which an answer that depends on these operands may change: from one to the next it stays the same. Sorted, some of them twice. */
export const stepsOf = (classes: ValueClasses, operands: readonly Operand[]): readonly number[] => {
  const end = classes.standIns.length
  const steps = [none, other, other + 1, classes.firstNumber, classes.firstNumber + 1, end]
  for (const operand of operands) {
    const own = classOf(classes, operand)
    steps.push(own, own + 1)
  }
  return steps.sort((a, b) => a - b)
}
