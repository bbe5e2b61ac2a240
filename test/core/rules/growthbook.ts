import { z } from 'zod'
import { isObject, type JsonObject } from '../../../core/profile/json.ts'
import { sharedText } from '../profile/shared.ts'

const conditionCase = z.union([
  z.tuple([z.string(), z.looseObject({}), z.looseObject({}), z.boolean()]),
  z.tuple([z.string(), z.looseObject({}), z.looseObject({}), z.boolean(), z.record(z.string(), z.array(z.unknown()))]),
])
/** One row of the table that every GrowthBook SDK has to pass. */
export interface GrowthBookCase {
  readonly name: string
  readonly condition: JsonObject
  readonly attributes: JsonObject
  readonly holds: boolean
  readonly groups: Groups
}
type Groups = Readonly<Record<string, readonly unknown[]>>

export const growthBookCases = (): readonly GrowthBookCase[] =>
  z
    .object({ evalCondition: z.array(conditionCase) })
    .parse(JSON.parse(sharedText('suites', 'growthbook', 'cases.json')))
    .evalCondition.map(([name, condition, attributes, holds, groups = {}]) => ({
      name,
      condition,
      attributes,
      holds,
      groups,
    }))

/** Why something cannot be said in the hub's language. */
export const reasons = {
  version: 'version numbers are not compared',
  case: 'text is case-sensitive',
  pattern: 'no regular expressions: a prefix and literal alternatives are all that can be said of a text',
  size: 'the length of a list is not asked',
  type: 'the type of a value is declared in profile.yaml, not asked',
  whole: 'lists and objects are not compared as a whole',
  elements: 'a trait holds no list of objects; only properties of events do',
  nothing: 'an empty list of conditions or values is refused',
  operand: 'the operator or its operand is refused when the rule is written',
} as const
export type Reason = keyof typeof reasons

class Unsayable extends Error {
  readonly reason: Reason
  constructor(reason: Reason) {
    super(reasons[reason])
    this.reason = reason
  }
}
const cannot = (reason: Reason): never => {
  throw new Unsayable(reason)
}

type Said = Record<string, unknown>
type Scalar = string | number | boolean
const isScalar = (value: unknown): value is Scalar => ['string', 'number', 'boolean'].includes(typeof value)
const scalar = (value: unknown): Scalar => (isScalar(value) ? value : cannot('whole'))
const list = (value: unknown): readonly unknown[] => {
  if (!Array.isArray(value)) return cannot('operand')
  return value.length === 0 ? cannot('nothing') : value
}
const all = (parts: readonly Said[]): Said =>
  parts.length === 0 ? cannot('nothing') : parts.length === 1 && parts[0] !== undefined ? parts[0] : { all: parts }

/** `^prefix`, and texts or `(one|other)` that are contained; anything else is a real pattern. */
const patternOf = (trait: string, pattern: unknown): Said => {
  const [, prefix] = /^\^([\w -]+)$/.exec(String(pattern)) ?? []
  if (prefix !== undefined) return { trait, startsWith: prefix }
  const [, alternatives] = /^\(?([\w |]+)\)?$/.exec(String(pattern)) ?? []
  if (alternatives === undefined) return cannot('pattern')
  return { any: alternatives.split('|').map((text) => ({ trait, contains: text })) }
}
const within = (trait: string, operand: unknown, groups: Groups): Said => ({
  trait,
  in: list(groups[String(operand)] ?? []),
})
const refused = (reason: Reason) => (): Said => cannot(reason)

/** What misses a value is not equal to anything, so `$ne` and `$nin` are said with `not`. */
const operators: Readonly<Record<string, (trait: string, operand: unknown, groups: Groups) => Said>> = {
  $eq: (trait, operand) => ({ trait, is: scalar(operand) }),
  $ne: (trait, operand) => ({ not: { trait, is: scalar(operand) } }),
  $in: (trait, operand) => ({ trait, in: list(operand) }),
  $nin: (trait, operand) => ({ not: { trait, in: list(operand) } }),
  $gt: (trait, operand) => ({ trait, gt: scalar(operand) }),
  $gte: (trait, operand) => ({ trait, gte: scalar(operand) }),
  $lt: (trait, operand) => ({ trait, lt: scalar(operand) }),
  $lte: (trait, operand) => ({ trait, lte: scalar(operand) }),
  $exists: (trait, operand) => ({ trait, exists: operand }),
  $not: (trait, operand, groups) => ({ not: ofField(trait, operand, groups) }),
  $all: (trait, operand) => all(list(operand).map((value) => ({ trait, is: scalar(value) }))),
  $elemMatch: (trait, operand, groups) =>
    isObject(operand) && isOperators(operand) ? ofField(trait, operand, groups) : cannot('elements'),
  $regex: patternOf,
  $inGroup: within,
  $notInGroup: (trait, operand, groups) => ({ not: within(trait, operand, groups) }),
  $size: refused('size'),
  $type: refused('type'),
  ...Object.fromEntries(['$ini', '$nini', '$alli', '$regexi'].map((name) => [name, refused('case')])),
  ...Object.fromEntries(['$veq', '$vne', '$vgt', '$vgte', '$vlt', '$vlte'].map((name) => [name, refused('version')])),
}
const isOperators = (value: JsonObject): boolean => {
  const keys = Object.keys(value)
  return keys.length > 0 && keys.every((key) => key.startsWith('$'))
}

const ofField = (trait: string, value: unknown, groups: Groups): Said => {
  if (value === null) return { trait, exists: false }
  if (!isObject(value) || !isOperators(value)) return { trait, is: scalar(value) }
  return all(
    Object.entries(value).map(([name, operand]) => {
      const operator = operators[name]
      return operator === undefined ? cannot('operand') : operator(trait, operand, groups)
    }),
  )
}

const parts = (value: unknown, groups: Groups): Said[] => list(value).map((part) => ofCondition(part, groups))
const connectives: Readonly<Record<string, (value: unknown, groups: Groups) => Said>> = {
  $and: (value, groups) => all(parts(value, groups)),
  $or: (value, groups) => ({ any: parts(value, groups) }),
  $nor: (value, groups) => ({ not: { any: parts(value, groups) } }),
  $not: (value, groups) => ({ not: ofCondition(value, groups) }),
}
const ofCondition = (condition: unknown, groups: Groups): Said => {
  if (!isObject(condition)) return cannot('operand')
  return all(
    Object.entries(condition).map(([key, value]) => connectives[key]?.(value, groups) ?? ofField(key, value, groups)),
  )
}

/** A case in the hub's language, or why it cannot be said. */
export const sayCase = ({
  condition,
  groups,
}: GrowthBookCase): { readonly when: Said } | { readonly reason: Reason } => {
  try {
    return { when: ofCondition(condition, groups) }
  } catch (error) {
    if (error instanceof Unsayable) return { reason: error.reason }
    throw error
  }
}
