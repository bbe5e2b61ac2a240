import { type ConditionInterface, evalCondition } from '@growthbook/growthbook'
import { LogicEngine } from 'json-logic-engine'
import type { Profile } from '../../core/profile/profile.ts'
import { profileSettings } from '../../core/profile/settings.ts'
import { compile } from '../../core/rules/compile.ts'
import { registry } from '../../core/rules/registry.ts'
import type { KnownTraits } from './people.ts'
import { profileConfig, registryOf } from './registry.ts'
import { type Predicate, ruleSet } from './rules.ts'

/** All rules on one customer, whose traits were prepared as this evaluator likes them: numbers of the rules that match. */
export interface Evaluator<Prepared> {
  readonly prepare: (traits: KnownTraits) => Prepared
  readonly matched: (prepared: Prepared) => readonly number[]
  /** How many match, in this evaluator's own way. */
  readonly count: (prepared: Prepared) => number
}
type Rules = readonly (readonly Predicate[])[]

/** The hub's own, slot by slot. It also says until when the answer holds, and which offer each match would show. */
const leitstern = (ruleCount: number): Evaluator<Profile> => {
  const written = registry.parse({ ...registryOf(ruleCount), segments: [] })
  const settings = profileSettings.parse(profileConfig)
  const program = compile({ registry: written, settings, timezone: 'UTC', locales: ['en-GB'], revision: 'bench' })
  const slots = [...program.slots.keys()]
  const numberOf = new Map(written.rules.map(({ key }, index) => [key, index]))
  const at = Date.now()
  return {
    prepare: (traits) => ({
      id: 'p',
      unit: 'p',
      nodes: [],
      traits: new Map(
        Object.entries(traits).map(([path, value]) => [path, { value, source: 'web', at: 0, conflicts: 0 }]),
      ),
      consents: new Map(),
      events: new Map(),
    }),
    count: (profile) => {
      const evaluation = program.evaluate(profile, at)
      let count = 0
      for (const slot of slots) count += evaluation.slot(slot).candidates.length
      return count
    },
    matched: (profile) => {
      const evaluation = program.evaluate(profile, at)
      return slots.flatMap((slot) =>
        evaluation.slot(slot).candidates.map(({ rule }) => numberOf.get(rule.key) ?? Number.NaN),
      )
    },
  }
}

/** JSON Logic reads what is missing as null, which is less than any number: such predicates ask first whether it is there. */
const logicOf = (predicate: Predicate): Record<string, unknown> => {
  const { trait, op } = predicate
  const value = { var: trait }
  const there = { '!==': [value, null] }
  switch (op) {
    case 'is':
      return { '===': [value, predicate.value] }
    case 'in':
      return { in: [value, predicate.values] }
    case 'gte':
      return { '>=': [value, predicate.value] }
    case 'lt':
      return { and: [there, { '<': [value, predicate.value] }] }
    case 'between':
      return { and: [there, { '<=': [predicate.from, value, predicate.to] }] }
    case 'contains':
      return { in: [predicate.value, { var: [trait, []] }] }
    case 'exists':
      return there
    default:
      return predicate satisfies never
  }
}
const numbersOf = <T>(tests: readonly ((of: T) => unknown)[], of: T): readonly number[] =>
  tests.flatMap((test, index) => (test(of) ? [index] : []))
const countOf = <T>(tests: readonly ((of: T) => unknown)[], of: T): number => {
  let count = 0
  for (const test of tests) if (test(of)) count++
  return count
}
const ofTests = (tests: readonly ((traits: KnownTraits) => unknown)[]): Evaluator<KnownTraits> => ({
  prepare: (traits) => traits,
  matched: (traits) => numbersOf(tests, traits),
  count: (traits) => countOf(tests, traits),
})

const jsonLogic = (rules: Rules): Evaluator<KnownTraits> => {
  const engine = new LogicEngine()
  const tests = rules.map((predicates) => {
    const built = engine.build({ and: predicates.map(logicOf) })
    return (traits: KnownTraits): unknown => built(traits)
  })
  return ofTests(tests)
}

const mongoOf = (predicate: Predicate): Record<string, unknown> => {
  switch (predicate.op) {
    case 'is':
      return { $eq: predicate.value }
    case 'in':
      return { $in: predicate.values }
    case 'gte':
      return { $gte: predicate.value }
    case 'lt':
      return { $exists: true, $lt: predicate.value }
    case 'between':
      return { $exists: true, $gte: predicate.from, $lte: predicate.to }
    case 'contains':
      return { $elemMatch: { $eq: predicate.value } }
    case 'exists':
      return { $exists: true }
    default:
      return predicate satisfies never
  }
}
const growthBook = (rules: Rules): Evaluator<KnownTraits> => {
  const conditions = rules.map((predicates): ConditionInterface => {
    const parts = predicates.map((predicate) => ({ [predicate.trait]: mongoOf(predicate) }))
    const flat = Object.assign({}, ...parts)
    return Object.keys(flat).length === parts.length ? flat : { $and: parts }
  })
  const tests = conditions.map((condition) => (traits: KnownTraits) => evalCondition(traits, condition))
  return ofTests(tests)
}

/** One evaluator over prepared customers. */
export interface Runner {
  /** Evaluates all of them and gives how many rules matched. */
  readonly run: () => number
  readonly matches: () => readonly (readonly number[])[]
}
const runnerOf = <Prepared>(
  { prepare, matched, count }: Evaluator<Prepared>,
  people: readonly KnownTraits[],
): Runner => {
  const prepared = people.map(prepare)
  return {
    run: () => prepared.reduce((total, one) => total + count(one), 0),
    matches: () => prepared.map((one) => matched(one).toSorted((a, b) => a - b)),
  }
}

export const runners = {
  leitstern: (count: number, people: readonly KnownTraits[]) => runnerOf(leitstern(count), people),
  'json-logic-engine': (count: number, people: readonly KnownTraits[]) => runnerOf(jsonLogic(ruleSet(count)), people),
  growthbook: (count: number, people: readonly KnownTraits[]) => runnerOf(growthBook(ruleSet(count)), people),
} satisfies Record<string, (count: number, people: readonly KnownTraits[]) => Runner>
export type Engine = keyof typeof runners
