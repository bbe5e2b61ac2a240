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
const aftermathMs = 600

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
    const started = await start(data)
    runs.push(started)
    await started.hub.close()
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

const ingest = async ({ people, data }: { readonly people: number; readonly data: string }) => {
  const { hub } = await start(data)
  const messages = createMessages(people, 41)
  const load = hub.load(8)
  return {
    hub,
    round: () => {
      const bodies = batches(messages.mixed(count), 20)
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
const [ofFew, ofMany] = [await ingest(small), await ingest(large)]
const spread = await inRounds({ few: ofFew.round, many: ofMany.round })
const { rssMb } = await ofMany.hub.usage()
tell({
  bench: 'scale',
  case: `ingest with ${many} customers`,
  cpu: spread('many'),
  unit: 'message',
  baseline: { name: `ingest with ${few}`, cpu: spread('few') },
  target: 1.3,
  rounds: roundCount,
  more: { rules, rssMb: Math.round(rssMb) },
})
await Promise.all([ofFew.close(), ofMany.close()])
