import { durationMs, type TraitType } from '../profile/settings.ts'
import { during, type Frame, type Value } from './frame.ts'
import { type OperatorName, type Operators, operatorNames } from './leaf.ts'
import { allOf, anyOf } from './logic.ts'
import { instantOf, spanOf } from './moment.ts'
import type { Span, Zone } from './zone.ts'

/** Whether one value that is there passes. */
export type Match = (value: unknown, frame: Frame) => boolean
type Table = { readonly [Name in OperatorName]: (operand: NonNullable<Operators[Name]>) => Match }

/** How a text or number stands to another of its type: below, at or above zero; NaN, which passes nothing, across types. */
const compare = (value: unknown, operand: string | number): number => {
  if (typeof value === 'number' && typeof operand === 'number') return value - operand
  if (typeof value !== 'string' || typeof operand !== 'string') return Number.NaN
  return value < operand ? -1 : value > operand ? 1 : 0
}
/** A match of instants (epoch ms) as one of values: what names no instant never passes. */
const ofInstant =
  (zone: Zone, match: (instant: number, frame: Frame) => boolean): Match =>
  (value, frame) => {
    const instant = typeof value === 'number' ? value : instantOf(value, zone)
    return instant !== null && match(instant, frame)
  }
/** What an operand covers. NaN, which passes nothing, for one that is no date or time. */
const covered = (operand: unknown, zone: Zone): Span =>
  (typeof operand === 'string' ? spanOf(operand, zone) : null) ?? { start: Number.NaN, end: Number.NaN }

/** Texts, numbers, true and false; `before` and its like read a text as a time. */
const plainTable = (zone: Zone): Table => ({
  is: (operand) => (value) => value === operand,
  isNot: (operand) => (value) => value !== operand,
  in: (operands) => {
    const set = new Set<unknown>(operands)
    return (value) => set.has(value)
  },
  notIn: (operands) => {
    const set = new Set<unknown>(operands)
    return (value) => !set.has(value)
  },
  contains: (operand) => (value) => typeof value === 'string' && typeof operand === 'string' && value.includes(operand),
  startsWith: (operand) => (value) => typeof value === 'string' && value.startsWith(operand),
  gt: (operand) => (value) => compare(value, operand) > 0,
  gte: (operand) => (value) => compare(value, operand) >= 0,
  lt: (operand) => (value) => compare(value, operand) < 0,
  lte: (operand) => (value) => compare(value, operand) <= 0,
  between: (operands) => (value) => compare(value, operands[0]) >= 0 && compare(value, operands[1]) <= 0,
  exists: (wanted) => () => wanted,
  before: (operand) => {
    const { start } = covered(operand, zone)
    return ofInstant(zone, (instant) => instant < start)
  },
  after: (operand) => {
    const { end } = covered(operand, zone)
    return ofInstant(zone, (instant) => instant >= end)
  },
  withinLast: (operand) => {
    const width = durationMs(operand)
    return ofInstant(zone, (instant, frame) => during(frame, instant, instant + width))
  },
  withinNext: (operand) => {
    const width = durationMs(operand)
    return ofInstant(zone, (instant, frame) => during(frame, instant - width, instant))
  },
})

const inside = (instant: number, { start, end }: Span): boolean => instant >= start && instant < end
const outside = (instant: number, { start, end }: Span): boolean => instant < start || instant >= end

/** Dates and times: an operand that is a date covers its whole day. */
const timeTable = (zone: Zone): Table => {
  const against = (operand: unknown, match: (instant: number, span: Span) => boolean): Match => {
    const span = covered(operand, zone)
    return ofInstant(zone, (instant) => match(instant, span))
  }
  const plain = plainTable(zone)
  return {
    ...plain,
    is: (operand) => against(operand, inside),
    isNot: (operand) => against(operand, outside),
    in: (operands) => anyOf(operands.map((operand) => against(operand, inside))),
    notIn: (operands) => allOf(operands.map((operand) => against(operand, outside))),
    gt: (operand) => against(operand, (instant, { end }) => instant >= end),
    gte: (operand) => against(operand, (instant, { start }) => instant >= start),
    lt: (operand) => against(operand, (instant, { start }) => instant < start),
    lte: (operand) => against(operand, (instant, { end }) => instant < end),
    between: ([first, last]) =>
      allOf([
        against(first, (instant, { start }) => instant >= start),
        against(last, (instant, { end }) => instant < end),
      ]),
  }
}

/** How a value as such is read, and how an element of a list: there `contains` asks for the element itself. */
interface Tables {
  readonly one: Table
  readonly element: Table
}
const withElements = (one: Table): Tables => ({ one, element: { ...one, contains: one.is } })
const tables = new WeakMap<Zone, { readonly plain: Tables; readonly time: Tables }>()
const tablesOf = (zone: Zone) => {
  const known = tables.get(zone)
  if (known !== undefined) return known
  const made = { plain: withElements(plainTable(zone)), time: withElements(timeTable(zone)) }
  tables.set(zone, made)
  return made
}

const matchOf = (operators: Operators, table: Table): Match => {
  const matches: Match[] = []
  const add = <Name extends OperatorName>(name: Name): void => {
    const operand = operators[name]
    if (operand !== undefined) matches.push(table[name](operand))
  }
  for (const name of operatorNames) add(name)
  return allOf(matches)
}

export const isTime = (type: TraitType | null): boolean => type === 'datetime' || type === 'date'

export const statesOperator = (operators: Operators): boolean =>
  operatorNames.some((name) => operators[name] !== undefined)

/** How the operators of a leaf read what they are given. */
export interface Reading {
  /** null: not declared, each value is taken as it is. */
  readonly type: TraitType | null
  /** `x[].y`: the values are those of several elements, not one list. */
  readonly spread: boolean
  readonly zone: Zone
}

/**
 * The operators of a leaf as one test of a value, null where there is none. All of them hold, for one element where
 * the value is a list. Of a list as such, `contains` asks for an element.
 */
export const compileOperators = (operators: Operators, { type, spread, zone }: Reading) => {
  const { plain, time } = tablesOf(zone)
  const table = isTime(type) ? time : plain
  const one = matchOf(operators, table.one)
  const isList = !spread && (type === null || type === 'list')
  const element = isList ? matchOf(operators, table.element) : one
  const absent =
    operators.exists === false && operatorNames.every((name) => name === 'exists' || operators[name] === undefined)
  return (value: Value, frame: Frame): boolean => {
    if (value === null) return absent
    return Array.isArray(value) ? value.some((item) => element(item, frame)) : one(value, frame)
  }
}
