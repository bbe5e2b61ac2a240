import type { Condition, ContextLeaf, EventLeaf, PropertyCondition, PropertyLeaf, TraitLeaf } from './condition.ts'

export type Path = readonly (string | number)[]
export type Leaf = { segment: string } | { consent: string } | TraitLeaf | ContextLeaf | EventLeaf
/** A leaf, and where in the condition it stands. */
export interface Placed<L> {
  readonly leaf: L
  readonly path: Path
}

/** The leaves of a condition in order, without what stands in `where`. */
export const leavesOf = (condition: Condition, path: Path = []): readonly Placed<Leaf>[] => {
  if ('all' in condition) return condition.all.flatMap((part, index) => leavesOf(part, [...path, 'all', index]))
  if ('any' in condition) return condition.any.flatMap((part, index) => leavesOf(part, [...path, 'any', index]))
  if ('not' in condition) return leavesOf(condition.not, [...path, 'not'])
  return [{ leaf: condition, path }]
}

/** The same without their places: of thousands of conditions that is most of the work. */
export const plainLeavesOf = (condition: Condition, leaves: Leaf[] = []): readonly Leaf[] => {
  if ('not' in condition) plainLeavesOf(condition.not, leaves)
  else if ('all' in condition) for (const part of condition.all) plainLeavesOf(part, leaves)
  else if ('any' in condition) for (const part of condition.any) plainLeavesOf(part, leaves)
  else leaves.push(condition)
  return leaves
}

/** The leaves of a `where`; those of a `some` after the leaf that has it, with its list before their property. */
export const propertiesOf = (
  condition: PropertyCondition,
  path: Path = [],
  list: string | null = null,
): readonly Placed<PropertyLeaf>[] => {
  const inner = (part: PropertyCondition, ...key: Path) => propertiesOf(part, [...path, ...key], list)
  if ('all' in condition) return condition.all.flatMap((part, index) => inner(part, 'all', index))
  if ('any' in condition) return condition.any.flatMap((part, index) => inner(part, 'any', index))
  if ('not' in condition) return inner(condition.not, 'not')
  const property = list === null ? condition.property : `${list}[].${condition.property}`
  const some = condition.some === undefined ? [] : propertiesOf(condition.some, [...path, 'some'], condition.property)
  return [{ leaf: { ...condition, property }, path }, ...some]
}
