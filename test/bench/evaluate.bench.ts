/** CPU time of all rules on one customer, beside two evaluators of the same rules; each alone in its process. */
import { deepStrictEqual } from 'node:assert/strict'
import { z } from 'zod'
import type { Engine } from './evaluators.ts'
import { tell } from './figure.ts'
import { measured } from './measured.ts'
import { inRounds } from './rounds.ts'
import { isTiny } from './size.ts'

interface Size {
  readonly rules: number
  readonly people: number
  readonly rounds: number
  /** How often a round goes through all customers: enough to measure. */
  readonly passes: Readonly<Record<Engine, number>>
}
const sizes: readonly Size[] = isTiny
  ? [{ rules: 20, people: 5, rounds: 1, passes: { leitstern: 1, 'json-logic-engine': 1, growthbook: 1 } }]
  : [
      { rules: 100, people: 200, rounds: 5, passes: { leitstern: 400, 'json-logic-engine': 20, growthbook: 5 } },
      { rules: 1_000, people: 200, rounds: 5, passes: { leitstern: 200, 'json-logic-engine': 2, growthbook: 1 } },
      { rules: 10_000, people: 50, rounds: 3, passes: { leitstern: 60, 'json-logic-engine': 1, growthbook: 1 } },
    ]
/** At 1,000 rules, at least. */
const targets = { 'json-logic-engine': 30, growthbook: 80 } as const
const engines = ['leitstern', 'json-logic-engine', 'growthbook'] as const
const matches = z.array(z.array(z.number()))

const compare = async ({ rules, people, rounds, passes }: Size): Promise<void> => {
  const open = async (engine: Engine) => {
    const env = { BENCH_ENGINE: engine, BENCH_RULES: String(rules), BENCH_PEOPLE: String(people) }
    return [engine, await measured('evaluator', env)] as const
  }
  const processes = await Promise.all(engines.map(open))
  const answers = await Promise.all(processes.map(async ([, one]) => matches.parse(await one.ask('matches'))))
  const [ours = [], ...theirs] = answers
  for (const others of theirs) deepStrictEqual(others, ours, 'all evaluators must match the same rules')
  const cases = processes.map(([engine, { ask, cost }]) => {
    const count = passes[engine]
    return [engine, () => cost(count * people, () => ask('run', count))] as const
  })
  const spread = await inRounds(Object.fromEntries(cases), rounds)
  const matchesEach = ours.flat().length / people
  for (const engine of ['json-logic-engine', 'growthbook'] as const)
    tell({
      bench: 'evaluate',
      case: `${rules} rules`,
      cpu: spread('leitstern'),
      unit: 'customer',
      baseline: { name: engine, cpu: spread(engine) },
      ratio: 'under',
      target: rules === 1_000 ? targets[engine] : undefined,
      rounds,
      more: { customers: people, matchesEach, sameMatches: `${people}/${people}` },
    })
  await Promise.all(processes.map(([, one]) => one.close()))
}
for (const size of sizes) await compare(size)
