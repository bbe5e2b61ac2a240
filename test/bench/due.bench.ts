/** Everybody due in one instant: what answers and messages cost while they are drained, and how long that takes. */
import { setTimeout } from 'node:timers/promises'
import { chance, whole } from '../../scripts/samples/chance.ts'
import { crowdedFolder } from './crowded.ts'
import { rounded, tell } from './figure.ts'
import { benchHub } from './hub.ts'
import { batches, createMessages, userOf } from './messages.ts'
import { registryOf, sitePlacements } from './registry.ts'
import { isTiny, peopleAsked, sized } from './size.ts'

const rules = sized(100, 10)
const people = peopleAsked(1_000_000, 50)
const quietMs = sized(15_000, 500)
const floodMs = sized(30_000, 500)
/** Modest on purpose: neither alone keeps the hub busy. */
const decidesPerSecond = 100
const batchesPerSecond = 5
const perBatch = 20

/** At this instant a rule begins that wins over all others, for everybody. */
const begins = Date.parse('2030-01-01T00:00:00Z')
const usual = registryOf(rules)
const flood = {
  key: 'flood',
  slot: 'hero',
  when: {
    any: [
      { trait: 'text1', exists: true },
      { trait: 'text1', exists: false },
    ],
  },
  offer: 'offer-0',
  tier: 9,
  weight: 1,
  schedule: { from: new Date(begins).toISOString() },
}
const registry = { ...usual, rules: [flood, ...usual.rules] }
const data = await crowdedFolder({
  name: 'due',
  people,
  registry,
  now: begins - 3_600_000,
})
const warmUpMs = sized(5_000, 200)
const hub = await benchHub({ rules, registry, data, now: begins - (isTiny ? 4_000 : 40_000) })
await hub.ready()
const hubNow = async () => Number(await hub.ask('now'))

const load = hub.load(32)
const random = chance(51)
const messages = createMessages(people, 52)
const asking = () =>
  JSON.stringify({ profile: { userId: userOf(whole(random, 0, people - 1)) }, placements: sitePlacements })
const telling = () => batches(messages.mixed(perBatch), perBatch)[0] ?? ''

/** Answers and messages together for some time, at a steady pace. */
const serve = async (forMs: number) => {
  const until = performance.now() + forMs
  const goesOn = () => performance.now() < until
  let took: readonly (readonly number[])[] = []
  const cpuUs = await hub.cost(1, async () => {
    took = await Promise.all([
      load.pace('/v1/decide', decidesPerSecond, asking, goesOn),
      load.pace('/v1/batch', batchesPerSecond, telling, goesOn),
    ])
  })
  const [decides = [], ingests = []] = took
  return { decides, ingests, cpuUs }
}
const percentiles = (took: readonly number[]) => {
  const sorted = took.toSorted((a, b) => a - b)
  const at = (share: number) =>
    rounded(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN)
  return { p50Ms: at(0.5), p99Ms: at(0.99), count: sorted.length }
}
const beatMs = sized(1_000, 600)
const mostWhenIdle = 0.05
/** Waits until the hub has spent hardly any time for two beats, and gives since when; by its own clock. */
const idle = async (): Promise<number> => {
  let since = await hubNow()
  for (let quiet = 0; quiet < 2; ) {
    const startedAt = await hubNow()
    const before = await hub.usage()
    await setTimeout(beatMs)
    const isQuiet = (await hub.usage()).cpuUs - before.cpuUs < mostWhenIdle * beatMs * 1_000
    if (isQuiet && quiet === 0) since = startedAt
    quiet = isQuiet ? quiet + 1 : 0
  }
  return since
}

await serve(warmUpMs)
await idle()
const calm = await serve(quietMs)
await setTimeout(Math.max(0, begins - (await hubNow())))
const flooded = await serve(floodMs)
const drainS = rounded(((await idle()) - begins) / 1_000)

const shown = ({ cpuUs, decides, ingests }: Awaited<ReturnType<typeof serve>>) => {
  const units = decides.length + ingests.length * perBatch
  return { median: cpuUs / units, min: cpuUs / units, max: cpuUs / units }
}
tell({
  bench: 'due',
  case: `${people} customers due in one instant`,
  cpu: shown(flooded),
  unit: 'request or message, with all that the hub does beside it',
  baseline: { name: 'the same load before that instant', cpu: shown(calm) },
  rounds: 1,
  more: {
    decide: percentiles(flooded.decides),
    decideBefore: percentiles(calm.decides),
    ingest: percentiles(flooded.ingests),
    ingestBefore: percentiles(calm.ingests),
    drainS,
    decidesPerSecond,
    messagesPerSecond: batchesPerSecond * perBatch,
  },
})
load.close()
await hub.close()
