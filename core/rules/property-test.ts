import type { HistoryEvent } from '../profile/component.ts'
import { own } from '../profile/json.ts'
import { isListPath } from '../profile/property-path.ts'
import type { EventSettings, TraitType } from '../profile/settings.ts'
import type { PropertyCondition, PropertyLeaf } from './condition.ts'
import { asValue, type Frame, type Value } from './frame.ts'
import { allOf, anyOf, not } from './logic.ts'
import { compileOperators, statesOperator } from './operators.ts'
import type { Zone } from './zone.ts'

/** Whether one event passes, or within `some` its element of that index. */
export type PropertyTest = (event: HistoryEvent, frame: Frame, index: number) => boolean

/** Where a property condition stands. */
export interface PropertyPlace {
  /** undefined: the event is not declared, so it has no properties. */
  readonly event: EventSettings | undefined
  /** The list whose elements `some` looks at, null outside of it. */
  readonly list: string | null
  readonly zone: Zone
}

const isStamp = (path: string, list: string | null): boolean => path === 'timestamp' && list === null

/** The declared type of a property, null where it is not declared. `timestamp` is the event time. */
export const propertyType = (path: string, { list, event }: Pick<PropertyPlace, 'list' | 'event'>): TraitType | null =>
  isStamp(path, list) ? 'datetime' : (own(event?.properties ?? {}, list === null ? path : `${list}[].${path}`) ?? null)

type Read = (event: HistoryEvent, index: number) => Value

/** The values of a list's elements come as parallel lists, `products[].sku` beside `products[].price`. */
const reader = (path: string, list: string | null): Read => {
  if (isStamp(path, list)) return ({ at }) => at
  if (list === null) return ({ properties }) => asValue(own(properties, path))
  return ({ properties }, index) => {
    const column = own(properties, `${list}[].${path}`)
    return asValue(Array.isArray(column) ? column[index] : undefined)
  }
}

const compileLeaf = (leaf: PropertyLeaf, place: PropertyPlace): PropertyTest => {
  const read = reader(leaf.property, place.list)
  const type = propertyType(leaf.property, place)
  const test = compileOperators(leaf, { type, spread: isListPath(leaf.property), zone: place.zone })
  return (event, frame, index) => test(read(event, index), frame)
}

/** Whether one element of a list passes. The list is as long as the longest of its declared properties. */
const compileSome = (list: string, condition: PropertyCondition, place: PropertyPlace): PropertyTest => {
  const test = compileProperty(condition, { ...place, list })
  const columns = Object.keys(place.event?.properties ?? {}).filter((path) => path.startsWith(`${list}[].`))
  return (event, frame) => {
    const lengths = columns.map((path) => lengthOf(own(event.properties, path)))
    const length = Math.max(0, ...lengths)
    for (let index = 0; index < length; index++) if (test(event, frame, index)) return true
    return false
  }
}
const lengthOf = (values: unknown): number => (Array.isArray(values) ? values.length : 0)

/** Compiles the `where` of an event condition. */
export const compileProperty = (condition: PropertyCondition, place: PropertyPlace): PropertyTest => {
  if ('all' in condition) return allOf(condition.all.map((part) => compileProperty(part, place)))
  if ('any' in condition) return anyOf(condition.any.map((part) => compileProperty(part, place)))
  if ('not' in condition) return not(compileProperty(condition.not, place))
  const leaf = compileLeaf(condition, place)
  if (condition.some === undefined) return leaf
  const some = compileSome(condition.property, condition.some, place)
  return statesOperator(condition) ? allOf([leaf, some]) : some
}
