import { own } from '../profile/json.ts'
import type { Condition, TraitLeaf } from './condition.ts'
import type { Frame, Test, Value } from './frame.ts'
import { compileOperators, isTime } from './operators.ts'
import { compileCondition, type Ground } from './predicate.ts'
import { type Reader, readTrait, traitType } from './traits.ts'
import type { Operand } from './value-classes.ts'

/** What requirements look at: a trait, the elements of a list, or whether a condition holds that many share. */
export interface Subject {
  /** The same for all that look at this. */
  readonly key: string
  readonly read: Reader
  /** Costs something to read, and may tell an instant: not to be read unless the answer depends on it. */
  readonly isDear: boolean
}
/** Something without which a condition cannot hold. Of a list it is enough that one element passes. */
export interface Requirement {
  readonly subject: Subject
  /** What values are compared with: one passes as all others of its class do. */
  readonly operands: readonly Operand[]
  readonly passes: (value: Value) => boolean
}
/** What requirements are found against; `blank` is an evaluation of nobody, for tests that look at the value only. */
export interface RequirementGround extends Ground {
  readonly blank: Frame
}

const equalities = ['is', 'isNot', 'in', 'notIn', 'contains'] as const
const orders = ['gt', 'gte', 'lt', 'lte', 'between'] as const
const classed: ReadonlySet<string> = new Set(['trait', 'exists', ...equalities, ...orders])
/** Stands for a value that is no list, where elements are asked for. */
const whole = Symbol('no list')

const operandsOf = (
  leaf: TraitLeaf,
  names: readonly ((typeof equalities)[number] | (typeof orders)[number])[],
): readonly Operand[] => names.flatMap((name) => leaf[name] ?? [])

/** A trait's elements; a value that is no list stands as a whole. */
const elementsOf =
  (read: Reader): Reader =>
  (frame) => {
    const value = read(frame)
    return value === null || Array.isArray(value) ? value : whole
  }

/** Whether each operator of a leaf only asks which value it is, or between which numbers it lies. */
const isClassed = (leaf: TraitLeaf): boolean =>
  Object.keys(leaf).every((name) => classed.has(name)) &&
  operandsOf(leaf, orders).every((operand) => typeof operand === 'number')

const traitRequirements = (leaf: TraitLeaf, asserted: boolean, ground: RequirementGround): readonly Requirement[] => {
  const { settings, zone, slots, blank } = ground
  const type = traitType(leaf.trait, settings)
  const ofElements = leaf.contains !== undefined
  if (isTime(type) || !isClassed(leaf) || (ofElements && type !== null && type !== 'list')) return []
  const read = readTrait(leaf.trait, settings, slots)
  const test = compileOperators(leaf, { type, spread: false, zone })
  const operands = operandsOf(leaf, [...equalities, ...orders])
  const isDear = own(settings.computed, leaf.trait) !== undefined
  if (!ofElements) {
    const subject = { key: `trait ${leaf.trait}`, read, isDear }
    return [{ subject, operands, passes: (value) => test(value, blank) === asserted }]
  }
  const subject = { key: `elements ${leaf.trait}`, read: elementsOf(read), isDear }
  const passes = (value: Value) => value === whole || test(value === null ? null : [value], blank) === asserted
  return [{ subject, operands: [...operands, whole], passes }]
}

const sharedRequirement = (key: string, read: Test, isDear: boolean, asserted: boolean): Requirement => ({
  subject: { key, read, isDear },
  operands: [true, false],
  passes: (value) => (value === true) === asserted,
})

/** What a condition requires; where it is not `asserted`, what it requires in order not to hold. */
const required = (
  condition: Condition,
  asserted: boolean,
  ground: RequirementGround,
  seen: Set<string>,
): readonly Requirement[] => {
  const each = (parts: readonly Condition[]) => parts.flatMap((part) => required(part, asserted, ground, seen))
  if ('all' in condition) return asserted || condition.all.length === 1 ? each(condition.all) : []
  if ('any' in condition) return asserted && condition.any.length > 1 ? [] : each(condition.any)
  if ('not' in condition) return required(condition.not, !asserted, ground, seen)
  if ('trait' in condition) return traitRequirements(condition, asserted, ground)
  if ('context' in condition) return []
  const test = () => compileCondition(condition, ground)
  if ('consent' in condition) return [sharedRequirement(`consent ${condition.consent}`, test(), false, asserted)]
  if ('event' in condition) return [sharedRequirement(`event ${JSON.stringify(condition)}`, test(), true, asserted)]
  const { segment } = condition
  const when = seen.has(segment) ? undefined : ground.segments.get(segment)
  seen.add(segment)
  const own = sharedRequirement(`segment ${segment}`, test(), true, asserted)
  return when === undefined ? [own] : [own, ...required(when, asserted, ground, seen)]
}

/** What a condition requires as far as values can be put into classes: it may require more. */
export const requirementsOf = (condition: Condition, ground: RequirementGround): readonly Requirement[] =>
  required(condition, true, ground, new Set())
