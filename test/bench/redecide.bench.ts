/** CPU time of deciding one customer again after a publication, beside that of reading their rows. */
import { z } from 'zod'
import { tell } from './figure.ts'
import { benchFolder } from './folder.ts'
import { measured } from './measured.ts'
import { inRounds, roundCount } from './rounds.ts'
import { sized } from './size.ts'

const rules = sized(1_000, 20)
const people = sized(2_000, 20)
const env = { BENCH_FOLDER: benchFolder(), BENCH_RULES: String(rules), BENCH_PEOPLE: String(people) }
const hub = await measured('redecide', env)
await hub.ask('fill')
const costOf = (what: string) => async () => z.number().parse(await hub.ask(what))
const spread = await inRounds({
  everything: costOf('everything'),
  traits: costOf('traits'),
  redecide: costOf('redecide'),
})
const facts = {
  bench: 'redecide',
  case: `${rules} rules, everybody stale after a publication`,
  cpu: spread('redecide'),
  unit: 'customer',
  rounds: roundCount,
  more: { customers: people },
}
tell({
  ...facts,
  baseline: {
    name: 'reading and parsing all rows of the customer: traits, events, decisions',
    cpu: spread('everything'),
  },
  target: 5,
})
tell({ ...facts, baseline: { name: 'the same without events and decisions', cpu: spread('traits') } })
await hub.close()
