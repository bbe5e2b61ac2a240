/** From an event to four tools: how long it takes at the vendors' pace, in how many requests, and at what cost. */
import { z } from 'zod'
import { loadConnector } from '../../core/host/catalogue.ts'
import { dialects } from '../support/rough/dialect.ts'
import { reportOf } from '../week/report.ts'
import { tell } from './figure.ts'
import { benchFolder } from './folder.ts'
import { measured } from './measured.ts'
import { inRounds, roundCount } from './rounds.ts'
import { peopleAsked } from './size.ts'

const people = peopleAsked(2_000, 20)
const changedEvery = 100
const uses = dialects.map(({ use }) => use)

const day = { seed: 1, uses, customers: people, days: 1, calmDays: 1, dead: null, troubled: false, poisoned: false }
const { tools: simulated } = await reportOf(day)
const fromEventToTool = Object.fromEntries(
  [...simulated].map(([use, { waited, requests, leastRequests }]) => [
    use,
    { p50Ms: waited.p50, p99Ms: waited.p99, requests, leastRequests },
  ]),
)

const tools = await measured('tools')
const [settings, port] = [await tools.ask('settings'), await tools.ask('nothing')]
const bare = await measured('bodies', { BENCH_PORT: String(port) })
const env = { BENCH_FOLDER: benchFolder(), BENCH_PEOPLE: String(people), BENCH_TOOLS: JSON.stringify(settings) }
const hub = await measured('delivery', env)
const cpu = z.number()
const bodies = z.array(z.unknown())

let sent: readonly unknown[] = []
let resent: readonly unknown[] = []
const contacts = people * uses.length
const spread = await inRounds({
  all: async () => {
    const spent = cpu.parse(await hub.ask('change', 1))
    sent = bodies.parse(await tools.ask('asked'))
    return spent / contacts
  },
  bare: async () => cpu.parse(await bare.ask('send', sent)) / contacts,
  few: async () => {
    const spent = cpu.parse(await hub.ask('change', changedEvery))
    resent = bodies.parse(await tools.ask('asked'))
    return spent / contacts
  },
})
const limits = await Promise.all(uses.map(async (use) => (await loadConnector(use)).limits))
const changed = Math.ceil(people / changedEvery)
const least = (count: number) => limits.reduce((sum, { batch }) => sum + Math.ceil(count / batch), 0)
const facts = { bench: 'delivery', unit: 'contact', rounds: roundCount }
tell({
  ...facts,
  case: `${people} customers change, and so their contacts in four tools`,
  cpu: spread('all'),
  baseline: { name: 'the same bodies as JSON over bare node:http, there and back', cpu: spread('bare') },
  more: { requests: sent.length, leastRequests: least(people), simulated: fromEventToTool },
})
tell({
  ...facts,
  case: `${people} customers told of again, ${changed} of them changed`,
  cpu: spread('few'),
  baseline: { name: 'all of them changed', cpu: spread('all') },
  more: { requests: resent.length, leastRequests: least(changed) },
})
await Promise.all([hub.close(), bare.close(), tools.close()])
