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
const spread = await inRounds({ read: costOf('read'), redecide: costOf('redecide') })
tell({
  bench: 'redecide',
  case: `${rules} rules, everybody stale after a publication`,
  cpu: spread('redecide'),
  unit: 'customer',
  baseline: { name: "reading and parsing the customer's rows", cpu: spread('read') },
  target: 5,
  rounds: roundCount,
  more: { customers: people },
})
await hub.close()
