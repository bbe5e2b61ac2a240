import type { Profile } from '../profile/profile.ts'
import type { Condition } from '../rules/condition.ts'
import { asWritten, culprit } from '../rules/culprit.ts'
import { leavesOf } from '../rules/leaves.ts'
import type { Evaluation, Program } from '../rules/program.ts'
import type { Rule } from '../rules/registry.ts'
import type { Ruling } from './arbitrate.ts'

/** One example, as it comes out. */
export interface Run {
  readonly program: Program
  readonly profile: Profile
  readonly evaluation: Evaluation
}

/** What the customer has of that which a condition asks for. */
const findings = (when: Condition, { profile, evaluation }: Run): string => {
  const found = leavesOf(when).flatMap(({ leaf }) => {
    if ('trait' in leaf) return [`${leaf.trait} is ${JSON.stringify(evaluation.trait(leaf.trait)) ?? 'not known'}`]
    if ('event' in leaf) return [`${profile.events.get(leaf.event)?.length ?? 0} × ${leaf.event}`]
    return []
  })
  return found.length === 0 ? '' : ` (${[...new Set(found)].join(', ')})`
}

/** Why a condition holds, or does not. */
export const because = (when: Condition, run: Run): string => {
  const { program, profile, evaluation } = run
  const holds = (part: Condition) => program.holds(part, profile, evaluation.at).holds
  const segments = new Map(program.registry.segments.map((segment) => [segment.key, segment.when]))
  const decisive = culprit(when, holds, segments)
  return `${asWritten(decisive)} ${holds(decisive) ? 'holds' : 'does not hold'}${findings(decisive, run)}`
}

const stages = {
  schedule: 'its schedule is closed',
  validity: 'its offer is not valid then',
  eligible: 'the customer is not eligible for its offer',
  content: 'its content needs a trait that the customer has not',
} as const

/** Why one rule did not win its slot. */
export const fateOf = (rule: Rule, run: Run, ruling: Ruling): string => {
  const { program, profile, evaluation } = run
  if (!program.holds(rule.when, profile, evaluation.at).holds) return `rule ${rule.key}: ${because(rule.when, run)}`
  const dropped = evaluation.slot(rule.slot).dropped.find((each) => each.rule === rule.key)
  const eligible = program.offers.get(rule.offer)?.eligible
  if (dropped?.stage === 'eligible' && eligible !== undefined)
    return `rule ${rule.key}: ${stages.eligible}: ${because(eligible, run)}`
  if (dropped !== undefined) return `rule ${rule.key}: ${stages[dropped.stage]}`
  return `rule ${rule.key}: lost by ${ruling.finalists.find((each) => each.rule === rule.key)?.lost ?? 'rank'}`
}
