import { durationMs, type TraitType } from '../profile/settings.ts'
import { during, type Frame } from './frame.ts'
import type { OperatorName, Operators } from './leaf.ts'
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

const noSpan: Span = { start: Number.NaN, end: Number.NaN }

/** A match of instants as one of any values: what names no instant never passes. */
const ofInstant =
  (zone: Zone, match: (instant: number, frame: Frame) => boolean): Match =>
  (value, frame) => {
    const instant = typeof value === 'number' ? value : instantOf(value, zone)
    return instant !== null && match(instant, frame)
  }

/** Texts, numbers, true and false. `before` and its like read a text as a time. */
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
  contains: (operand) => (value) =>
    typeof value === 'string' && typeof operand === 'string' && value.includes(operand),
  startsWith: (operand) => (value) => typeof value === 'string' && value.startsWith(operand),
  gt: (operand) => (value) => compare(value, operand) > 0,
  gte: (operand) => (value) => compare(value, operand) >= 0,
  lt: (operand) => (value) => compare(value, operand) < 0,
  lte: (operand) => (value) => compare(value, operand) <= 0,
  between:
    ([low, high]) =>
    (value) =>
      compare(value, low) >= 0 && compare(value, high) <= 0,
  exists: (wanted) => () => wanted,
  before: (operand) => {
    const { start } = spanOf(operand, zone) ?? noSpan
    return ofInstant(zone, (instant) => instant < start)
  },
  after: (operand) => {
    const { end } = spanOf(operand, zone) ?? noSpan
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

/** Times: an operand that is a date covers its whole day. */
const timeTable = (zone: Zone): Table => {
  const plain = plainTable(zone)
  const span = (operand: unknown): Span => (typeof operand === 'string' ? spanOf(operand, zone) : null) ?? noSpan
  const inside = (instant: number, { start, end }: Span): boolean => instant >= start && instant < end
  const outside = (instant: number, { start, end }: Span): boolean => instant < start || instant >= end
  const against = (operand: unknown, match: (instant: number, span: Span) => boolean): Match => {
    const covered = span(operand)
    return ofInstant(zone, (instant) => match(instant, covered))
  }
  return {
    ...plain,
    is: (operand) => against(operand, inside),
    isNot: (operand) => against(operand, outside),
    in: (operands) => {
      const spans = operands.map(span)
      return ofInstant(zone, (instant) => spans.some((covered) => inside(instant, covered)))
    },
    notIn: (operands) => {
      const spans = operands.map(span)
      return ofInstant(zone, (instant) => spans.every((covered) => outside(instant, covered)))
    },
    gt: (operand) => against(operand, (instant, { end }) => instant >= end),
    gte: (operand) => against(operand, (instant, { start }) => instant >= start),
    lt: (operand) => against(operand, (instant, { start }) => instant < start),
    lte: (operand) => against(operand, (instant, { end }) => instant < end),
    between: ([low, high]) => against(low, (instant, { start }) => instant >= start && instant < span(high).end),
  }
}
