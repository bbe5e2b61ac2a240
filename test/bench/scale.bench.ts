/** What many customers cost: a message and the start of the hub, with a million in the store beside ten thousand. */
import { setTimeout } from 'node:timers/promises'
import { crowdedFolder } from './crowded.ts'
import { type Spread, spreadOf, tell } from './figure.ts'
import { type BenchHub, benchHub } from './hub.ts'
import { batches, createMessages } from './messages.ts'
import { registryOf } from './registry.ts'
import { inRounds, roundCount } from './rounds.ts'
import { peopleAsked, sized } from './size.ts'

const rules = sized(100, 10)
const few = sized(10_000, 20)
const many = peopleAsked(1_000_000, 60)
const count = sized(4_000, 40)
const starts = sized(3, 1)
const aftermathMs = sized(600, 20)

interface Started {
  readonly hub: BenchHub
  readonly wallMs: number
  readonly cpuUs: number
  readonly rssMb: number
}
const start = async (data: string): Promise<Started> => {
  const startedAt = performance.now()
  const hub = await benchHub({ rules, data })
  await hub.ready()
  return { hub, wallMs: performance.now() - startedAt, ...(await hub.usage()) }
}
const folderOf = (people: number) =>
  crowdedFolder({ name: 'scale', people, registry: registryOf(rules), now: Date.now() })

const sizes = [
  { people: few, data: await folderOf(few), runs: [] as Started[] },
  { people: many, data: await folderOf(many), runs: [] as Started[] },
] as const
for (let round = 0; round < starts; round++)
  for (const { data, runs } of sizes) {
    await runs.at(-1)?.hub.close()
    runs.push(await start(data))
  }
const cpuOf = (runs: readonly Started[]): Spread => spreadOf(runs.map(({ cpuUs }) => cpuUs))
const wallOf = (runs: readonly Started[]): number => Math.round(spreadOf(runs.map(({ wallMs }) => wallMs)).median)
const rssOf = (runs: readonly Started[]): number => Math.round(spreadOf(runs.map(({ rssMb }) => rssMb)).median)
const [small, large] = sizes
tell({
  bench: 'scale',
  case: `start with ${many} customers`,
  cpu: cpuOf(large.runs),
  unit: 'start',
  baseline: { name: `start with ${few}`, cpu: cpuOf(small.runs) },
  rounds: starts,
  more: {
    wallMs: wallOf(large.runs),
    baselineWallMs: wallOf(small.runs),
    rssMb: rssOf(large.runs),
    baselineRssMb: rssOf(small.runs),
  },
})

const ingest = ({ people, runs }: (typeof sizes)[number]) => {
  const hub = runs.at(-1)?.hub
  if (hub === undefined) throw new Error(`measuring ${people} customers: the hub was not started`)
  const messages = createMessages(people, 41)
  const load = hub.load(8)
  return {
    hub,
    round: (active?: number) => {
      const bodies = batches(messages.mixed(count, active), 20)
      return hub.cost(count, async () => {
        await load.send('/v1/batch', bodies)
        await setTimeout(aftermathMs)
      })
    },
    close: async () => {
      load.close()
      await hub.close()
    },
  }
}
const [ofFew, ofMany] = [ingest(small), ingest(large)]
const spread = await inRounds({
  few: () => ofFew.round(),
  many: () => ofMany.round(),
  active: () => ofMany.round(few),
})
const { rssMb } = await ofMany.hub.usage()
const ingests = {
  bench: 'scale',
  unit: 'message',
  baseline: { name: `ingest with ${few}`, cpu: spread('few') },
  rounds: roundCount,
}
tell({
  ...ingests,
  case: `ingest with ${many} customers, about anybody`,
  cpu: spread('many'),
  target: 1.3,
  more: { rules, rssMb: Math.round(rssMb) },
})
tell({
  ...ingests,
  case: `ingest with ${many} customers, four in five messages about ${few} of them`,
  cpu: spread('active'),
  more: { rules },
})
await Promise.all([ofFew.close(), ofMany.close()])
