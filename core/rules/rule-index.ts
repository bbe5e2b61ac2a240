import type { Condition } from './condition.ts'
import type { Frame, Test } from './frame.ts'
import { compileSegment, type Ground } from './predicate.ts'
import { indexable, type Reader, readTrait } from './traits.ts'

/** Something without which a condition cannot hold: a trait has one of these values, or the profile is in a segment. */
type Requirement =
  | { readonly kind: 'trait'; readonly trait: string; readonly values: readonly unknown[] }
  | { readonly kind: 'segment'; readonly segment: string }

const requirementsOf = (condition: Condition, ground: Ground, seen = new Set<string>()): readonly Requirement[] => {
  if ('all' in condition) return condition.all.flatMap((part) => requirementsOf(part, ground, seen))
  if ('segment' in condition) {
    const when = seen.has(condition.segment) ? undefined : ground.segments.get(condition.segment)
    seen.add(condition.segment)
    const inner = when === undefined ? [] : requirementsOf(when, ground, seen)
    return [...inner, { kind: 'segment', segment: condition.segment }]
  }
  if (!('trait' in condition) || !indexable(condition.trait, ground.settings)) return []
  const values = condition.is === undefined ? condition.in : [condition.is]
  return values === undefined ? [] : [{ kind: 'trait', trait: condition.trait, values }]
}

const keysOf = (requirement: Requirement): readonly string[] =>
  requirement.kind === 'segment'
    ? [`segment ${requirement.segment}`]
    : requirement.values.map((value) => `trait ${requirement.trait} ${JSON.stringify(value)}`)

/** Of each rule's requirements the most selective: the one that fewest rules share. */
const mostSelective = (rules: readonly (readonly Requirement[])[]): readonly (Requirement | undefined)[] => {
  const shared = new Map<string, number>()
  for (const key of rules.flat().flatMap(keysOf)) shared.set(key, (shared.get(key) ?? 0) + 1)
  const weight = (requirement: Requirement): number =>
    keysOf(requirement).reduce((sum, key) => sum + (shared.get(key) ?? 0), 0)
  return rules.map((requirements) => requirements.toSorted((a, b) => weight(a) - weight(b))[0])
}

interface TraitLookup {
  readonly read: Reader
  readonly rules: Map<unknown, number[]>
}
interface SegmentLookup {
  readonly test: Test
  readonly rules: number[]
}
/** Finds the rules that can match: lists of their numbers, in which a number may come twice. */
export type RuleIndex = (frame: Frame) => readonly (readonly number[])[]

const collect = (lists: (readonly number[])[], { rules }: TraitLookup, value: unknown): void => {
  const list = rules.get(value)
  if (list !== undefined) lists.push(list)
}

const entry = <K, V>(map: Map<K, V>, key: K, make: () => V): V => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/** An index over conditions by what each requires. One that requires nothing which can be looked up is always found. */
export const createRuleIndex = (conditions: readonly Condition[], ground: Ground): RuleIndex => {
  const always: number[] = []
  const traits = new Map<string, TraitLookup>()
  const segments = new Map<string, SegmentLookup>()
  const chosen = mostSelective(conditions.map((condition) => requirementsOf(condition, ground)))
  chosen.forEach((requirement, rule) => {
    if (requirement === undefined) always.push(rule)
    else if (requirement.kind === 'segment') {
      const test = () => compileSegment(requirement.segment, ground)
      entry(segments, requirement.segment, () => ({ test: test(), rules: [] })).rules.push(rule)
    } else {
      const read = () => readTrait(requirement.trait, ground.settings, ground.slots)
      const { rules } = entry(traits, requirement.trait, () => ({ read: read(), rules: new Map() }))
      for (const value of requirement.values) entry(rules, value, () => []).push(rule)
    }
  })
  const [traitLookups, segmentLookups] = [[...traits.values()], [...segments.values()]]
  return (frame) => {
    const lists: (readonly number[])[] = [always]
    for (const lookup of traitLookups) {
      const value = lookup.read(frame)
      if (Array.isArray(value)) for (const each of value) collect(lists, lookup, each)
      else collect(lists, lookup, value)
    }
    for (const { test, rules } of segmentLookups) if (test(frame)) lists.push(rules)
    return lists
  }
}
