import { own } from '../profile/json.ts'
import type { Condition, TraitLeaf } from './condition.ts'
import type { Frame, Value } from './frame.ts'
import type { Leaf } from './leaves.ts'
import { compileOperators, isTime } from './operators.ts'
import { compileCondition, type Ground } from './predicate.ts'
import { type Reader, readTrait, traitType } from './traits.ts'
import type { Operand } from './value-classes.ts'

/** What requirements look at: a trait, the elements of a list, or whether a condition holds that many share. */
export interface Subject {
  /** The same for all that look at this. */
  readonly key: string
  /** A trait that was stated. What is not costs something to read, and may tell an instant: it is read only where it decides. */
  readonly trait: string | null
  readonly read: Reader
  /** Asked for elements only: a value that is no list stands as a `whole`. */
  readonly ofElements: boolean
}
/** Something without which a condition cannot hold. Of a list it is enough that one element passes. */
export interface Requirement {
  readonly subject: Subject
  /** What values are compared with: one passes as all others of its class do. */
  readonly operands: readonly Operand[]
  readonly passes: (value: Value) => boolean
  /** Whether a list passes just if one element does. */
  readonly isExact: boolean
}
/** What a condition requires. */
export interface Requirements {
  readonly requirements: readonly Requirement[]
  /** Whether it holds where they are all met. */
  readonly isAll: boolean
}
/** What requirements are found against; `blank` is an evaluation of nobody, for tests that look at the value only. */
export interface RequirementGround extends Ground {
  readonly blank: Frame
  /** What leaves came to so far: many conditions ask the same. */
  readonly known: Map<string, Required>
}

/** Stands for a value that is no list where elements are asked for: it may pass. */
export const whole = Symbol('no list')
/** Stands for what cannot be put as a requirement. */
const more = null
type Required = readonly (Requirement | typeof more)[]

const equalities = ['is', 'isNot', 'in', 'notIn', 'contains'] as const
const orders = ['gt', 'gte', 'lt', 'lte', 'between'] as const
const compared = [...equalities, ...orders]
const classed: ReadonlySet<string> = new Set(['trait', 'exists', ...compared])

/** Whether a leaf only asks which value it is, or between which numbers it lies. */
const isClassed = (leaf: TraitLeaf): boolean =>
  Object.keys(leaf).every((name) => classed.has(name)) &&
  orders.every((name) => [leaf[name] ?? 0].flat().every((operand) => typeof operand === 'number'))

const ofTrait = (leaf: TraitLeaf, asserted: boolean, ground: RequirementGround): Required => {
  const { settings, zone, slots, blank } = ground
  const type = traitType(leaf.trait, settings)
  const ofElements = leaf.contains !== undefined
  if (isTime(type) || !isClassed(leaf) || (ofElements && type !== null && type !== 'list')) return [more]
  const test = compileOperators(leaf, { type, spread: false, zone })
  const passes = (value: Value): boolean => {
    if (value === whole) return true
    return test(ofElements && value !== null ? [value] : value, blank) === asserted
  }
  const stated = compared.filter((name) => leaf[name] !== undefined)
  const operands: readonly Operand[] = stated.flatMap((name) => leaf[name] ?? [])
  const isComputed = own(settings.computed, leaf.trait) !== undefined
  const subject = {
    key: `${ofElements ? 'elements' : 'trait'} ${leaf.trait}`,
    trait: isComputed ? null : leaf.trait,
    read: readTrait(leaf.trait, settings, slots),
    ofElements,
  }
  const isExact = asserted && !(isComputed && ofElements)
  return [{ subject, operands: ofElements ? [...operands, whole] : operands, passes, isExact }]
}

/** A condition that many share, as such. */
const ofShared = (condition: Condition, asserted: boolean, ground: RequirementGround): Required => {
  const read = compileCondition(condition, ground)
  const subject = { key: JSON.stringify(condition), trait: null, read, ofElements: false }
  return [{ subject, operands: [true], passes: (value) => (value === true) === asserted, isExact: true }]
}

const ofLeaf = (leaf: Leaf, asserted: boolean, ground: RequirementGround): Required => {
  const key = `${asserted}${JSON.stringify(leaf)}`
  const known = ground.known.get(key)
  if (known !== undefined) return known
  const made =
    'trait' in leaf ? ofTrait(leaf, asserted, ground) : 'context' in leaf ? [more] : ofShared(leaf, asserted, ground)
  ground.known.set(key, made)
  return made
}

const required = (condition: Condition, asserted: boolean, ground: RequirementGround, seen: Set<string>): Required => {
  const each = (parts: readonly Condition[]) => parts.flatMap((part) => required(part, asserted, ground, seen))
  if ('all' in condition) return asserted || condition.all.length === 1 ? each(condition.all) : [more]
  if ('any' in condition) return asserted && condition.any.length > 1 ? [more] : each(condition.any)
  if ('not' in condition) return required(condition.not, !asserted, ground, seen)
  const stated = ofLeaf(condition, asserted, ground)
  if (!('segment' in condition)) return stated
  const when = seen.has(condition.segment) ? undefined : ground.segments.get(condition.segment)
  seen.add(condition.segment)
  // What a segment requires goes without saying once it holds, but it may be cheaper to look at.
  const inner = when === undefined ? [] : required(when, asserted, ground, seen)
  return [...stated, ...inner.filter((requirement) => requirement !== more)]
}

/** What a condition requires as far as values can be put into classes. */
export const requirementsOf = (condition: Condition, ground: RequirementGround): Requirements => {
  const all = required(condition, true, ground, new Set())
  const requirements = all.filter((requirement) => requirement !== more)
  return { requirements, isAll: requirements.length === all.length }
}
