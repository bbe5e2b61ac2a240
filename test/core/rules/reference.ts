import type { HistoryEvent } from '../../../core/profile/component.ts'
import { computedTrait } from '../../../core/profile/computed.ts'
import type { Profile } from '../../../core/profile/profile.ts'
import { durationMs, type TraitType } from '../../../core/profile/settings.ts'
import type { Condition, PropertyCondition } from '../../../core/rules/condition.ts'
import type { Operators } from '../../../core/rules/leaf.ts'
import { settings } from './given.ts'

/** The condition language said again, word for word and with no thought for speed: what the compiled one is held to. */
export interface Reference {
  readonly profile: Profile
  readonly at: number
  readonly timezone: string
  readonly segments: ReadonlyMap<string, Condition>
}

const remembered = <K extends number | string>(make: (key: K, timezone: string) => string | number) => {
  const made = new Map<string, string | number>()
  return (key: K, timezone: string): string => {
    const name = `${key} ${timezone}`
    const value = made.get(name) ?? make(key, timezone)
    made.set(name, value)
    return String(value)
  }
}
/** `2026-11-21`: what the calendar on the wall shows. */
const localDate = remembered((at: number, timeZone) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at),
)

const quarter = 900_000
/** The first quarter of an hour at which the calendar shows this date. */
const dayStart = remembered((date: string, timezone) => {
  let at = Date.parse(`${date}T00:00:00Z`) - 86_400_000
  while (localDate(at, timezone) < date) at += quarter
  return at
})

type Scalar = string | number | boolean
const isDate = (text: unknown): text is string => typeof text === 'string' && text.length === 10

/** -1, 0, 1: where an instant stands to a date or time; a date is all its day. */
const stands = (instant: number, operand: unknown, timezone: string): number => {
  if (!isDate(operand)) return Math.sign(instant - Date.parse(String(operand)))
  const shown = localDate(instant, timezone)
  return shown < operand ? -1 : shown > operand ? 1 : 0
}

const passesTime = (text: string, op: keyof Operators, operand: unknown, { at, timezone }: Reference): boolean => {
  const instant = isDate(text) ? Number(dayStart(text, timezone)) : Date.parse(text)
  const order = (other: unknown) => stands(instant, other, timezone)
  const many: readonly unknown[] = Array.isArray(operand) ? operand : []
  if (op === 'is') return order(operand) === 0
  if (op === 'isNot') return order(operand) !== 0
  if (op === 'in') return many.some((one) => order(one) === 0)
  if (op === 'notIn') return many.every((one) => order(one) !== 0)
  if (op === 'before' || op === 'lt') return order(operand) < 0
  if (op === 'after' || op === 'gt') return order(operand) > 0
  if (op === 'gte') return order(operand) >= 0
  if (op === 'lte') return order(operand) <= 0
  if (op === 'between') return order(many[0]) >= 0 && order(many[1]) <= 0
  if (op === 'withinLast') return at - durationMs(String(operand)) < instant && instant <= at
  if (op === 'withinNext') return at < instant && instant <= at + durationMs(String(operand))
  return op === 'exists' && operand === true
}

const sameType = (a: unknown, b: unknown): boolean => typeof a === typeof b && typeof a !== 'boolean'
const passesPlain = (value: Scalar, op: keyof Operators, operand: unknown): boolean => {
  const many: readonly unknown[] = Array.isArray(operand) ? operand : []
  const less = (a: unknown, b: unknown) =>
    sameType(a, b) && (typeof a === 'number' ? a < Number(b) : String(a) < String(b))
  if (op === 'is') return value === operand
  if (op === 'isNot') return value !== operand
  if (op === 'in') return many.includes(value)
  if (op === 'notIn') return !many.includes(value)
  if (op === 'contains') return typeof value === 'string' && typeof operand === 'string' && value.includes(operand)
  if (op === 'startsWith') return typeof value === 'string' && value.startsWith(String(operand))
  if (op === 'lt') return less(value, operand)
  if (op === 'gt') return less(operand, value)
  if (op === 'lte') return sameType(value, operand) && !less(operand, value)
  if (op === 'gte') return sameType(value, operand) && !less(value, operand)
  if (op === 'between')
    return many.every((bound) => sameType(bound, value)) && !less(value, many[0]) && !less(many[1], value)
  return op === 'exists' && operand === true
}

/** All operators of a leaf on one element; `isList`: the elements are those of a list, not of several things. */
const passesAll = (value: Scalar, leaf: object, type: TraitType | null, isList: boolean, on: Reference): boolean =>
  Object.entries(leaf).every(([name, operand]) => {
    const op = operatorOf[name]
    if (op === undefined) return true
    if (isList && op === 'contains') return value === operand
    return type === 'datetime' || type === 'date'
      ? passesTime(String(value), op, operand, on)
      : passesPlain(value, op, operand)
  })
const operatorOf: Readonly<Record<string, keyof Operators>> = {
  is: 'is',
  isNot: 'isNot',
  in: 'in',
  notIn: 'notIn',
  contains: 'contains',
  startsWith: 'startsWith',
  gt: 'gt',
  gte: 'gte',
  lt: 'lt',
  lte: 'lte',
  between: 'between',
  exists: 'exists',
  before: 'before',
  after: 'after',
  withinLast: 'withinLast',
  withinNext: 'withinNext',
}

const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value)
const asks = (leaf: object): readonly string[] => Object.keys(leaf).filter((name) => name in operatorOf)

const passes = (value: unknown, leaf: object, type: TraitType | null, isSpread: boolean, on: Reference): boolean => {
  const elements = (Array.isArray(value) ? value : [value]).filter(isScalar)
  if (elements.length === 0) return asks(leaf).join() === 'exists' && 'exists' in leaf && leaf.exists === false
  return elements.some((element) => passesAll(element, leaf, type, Array.isArray(value) && !isSpread, on))
}

const traitValue = (path: string, { profile, at }: Reference): unknown => {
  const computed = settings.computed[path]
  return computed === undefined ? profile.traits.get(path)?.value : computedTrait(profile, computed, at).value
}
const traitTypes: Readonly<Record<string, TraitType>> = { lastOrderAt: 'datetime' }
const traitType = (path: string): TraitType | null => settings.traits[path]?.type ?? traitTypes[path] ?? null

const says = (
  event: HistoryEvent,
  condition: PropertyCondition,
  on: Reference,
  element: string,
  index: number,
): boolean => {
  if ('all' in condition) return condition.all.every((part) => says(event, part, on, element, index))
  if ('any' in condition) return condition.any.some((part) => says(event, part, on, element, index))
  if ('not' in condition) return !says(event, condition.not, on, element, index)
  const { property, some } = condition
  if (some !== undefined) {
    const columns = Object.entries(event.properties).filter(([path]) => path.startsWith(`${property}[].`))
    const length = Math.max(0, ...columns.map(([, values]) => (Array.isArray(values) ? values.length : 0)))
    return Array.from({ length }).some((_, each) => says(event, some, on, `${property}[].`, each))
  }
  const path = element + property
  const type = settings.events.types[event.name]?.properties[path] ?? (path === 'timestamp' ? 'datetime' : null)
  if (path === 'timestamp') return passes(new Date(event.at).toISOString(), condition, type, false, on)
  const column = event.properties[path]
  const value = element === '' ? column : Array.isArray(column) ? column[index] : undefined
  return passes(value, condition, type, path.includes('[]'), on)
}

const counts = (count: number, stated: object): boolean =>
  Object.entries(stated).every(([op, bound]) => passesPlain(count, operatorOf[op] ?? 'is', bound))

/** Whether a condition holds, by its definition. */
export const refers = (condition: Condition, on: Reference): boolean => {
  if ('all' in condition) return condition.all.every((part) => refers(part, on))
  if ('any' in condition) return condition.any.some((part) => refers(part, on))
  if ('not' in condition) return !refers(condition.not, on)
  if ('segment' in condition) {
    const segment = on.segments.get(condition.segment)
    return segment !== undefined && refers(segment, on)
  }
  if ('consent' in condition) {
    const byDefault = settings.consents[condition.consent]?.default === 'granted'
    return on.profile.consents.get(condition.consent)?.granted ?? byDefault
  }
  if ('trait' in condition)
    return passes(traitValue(condition.trait, on), condition, traitType(condition.trait), false, on)
  if ('context' in condition) throw new Error('the reference knows no requests')
  const { event, where, withinLast, count = { gte: 1 } } = condition
  const since = withinLast === undefined ? Number.NEGATIVE_INFINITY : on.at - durationMs(withinLast)
  const found = (on.profile.events.get(event) ?? []).filter(
    (each) => since < each.at && each.at <= on.at && (where === undefined || says(each, where, on, '', 0)),
  )
  return counts(found.length, count)
}
