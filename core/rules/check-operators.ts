import type { TraitType } from '../profile/settings.ts'
import { type OperatorName, type Operators, operatorNames } from './leaf.ts'
import type { Path } from './leaves.ts'
import { spanOf } from './moment.ts'
import type { Problem } from './problem.ts'
import { openZone } from './zone.ts'

const equality: readonly OperatorName[] = ['is', 'isNot', 'in', 'notIn', 'exists']
const order: readonly OperatorName[] = ['gt', 'gte', 'lt', 'lte', 'between']
const time: readonly OperatorName[] = ['before', 'after', 'withinLast', 'withinNext']

/** What can be asked of each type. */
const fitting: Readonly<Record<TraitType, readonly OperatorName[]>> = {
  string: [...equality, ...order, 'contains', 'startsWith'],
  number: [...equality, ...order],
  boolean: ['is', 'isNot', 'exists'],
  datetime: [...equality, ...order, ...time],
  date: [...equality, ...order, ...time],
  list: ['contains', 'in', 'exists'],
}

/** Any zone will do to tell whether a text is a date. */
const utc = openZone('UTC')
const startOf = (operand: unknown): number | null =>
  typeof operand === 'string' ? (spanOf(operand, utc)?.start ?? null) : null

interface Kind {
  readonly words: string
  readonly takes: (operand: unknown) => boolean
}
const moment: Kind = { words: 'a date or time', takes: (operand) => startOf(operand) !== null }
const kinds: Readonly<Record<TraitType, Kind>> = {
  string: { words: 'a text', takes: (operand) => typeof operand === 'string' },
  number: { words: 'a number', takes: (operand) => typeof operand === 'number' },
  boolean: { words: 'true or false', takes: (operand) => typeof operand === 'boolean' },
  datetime: moment,
  date: moment,
  list: { words: 'any value', takes: () => true },
}

/** Operators whose operand the schema has checked: it is not of the trait's type. */
const selfContained: readonly OperatorName[] = ['exists', 'withinLast', 'withinNext']

const isReversed = ([low, high]: readonly [unknown, unknown]): boolean => {
  const [first, last] = [startOf(low), startOf(high)]
  if (first !== null && last !== null) return first > last
  if (typeof low === 'number' && typeof high === 'number') return low > high
  return typeof low === 'string' && typeof high === 'string' && low > high
}

const checkOperand = (type: TraitType, name: OperatorName, operand: unknown, path: Path): readonly Problem[] => {
  if (selfContained.includes(name)) return []
  const operands: readonly unknown[] = Array.isArray(operand) ? operand : [operand]
  const { words, takes } = kinds[type]
  return operands.flatMap((found, index) => {
    if (takes(found)) return []
    const at = Array.isArray(operand) ? [...path, index] : path
    return [{ path: at, message: `compares a ${type} with ${JSON.stringify(found)}: it takes ${words}`, found }]
  })
}

/** Whether the operators of a leaf fit the type of what they are asked of; null: not declared, so any may. */
export const checkOperators = (operators: Operators, type: TraitType | null, path: Path): readonly Problem[] => {
  const stated = operatorNames.filter((name) => operators[name] !== undefined)
  const reversed = operators.between !== undefined && isReversed(operators.between)
  const empty = reversed ? [{ path: [...path, 'between'], message: 'ends before it begins: nothing lies in it' }] : []
  if (type === null) return empty
  const unfit = stated.filter((name) => !fitting[type].includes(name))
  return [
    ...empty,
    ...unfit.map((found) => ({
      path: [...path, found],
      message: `"${found}" cannot be asked of a ${type}`,
      found,
      allowed: fitting[type],
    })),
    ...stated
      .filter((name) => !unfit.includes(name))
      .flatMap((name) => checkOperand(type, name, operators[name], [...path, name])),
  ]
}
