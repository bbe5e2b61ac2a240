/** CPU time of one message, told in batches of 20, beside the bare writing of an event and a profile. */
import { setTimeout } from 'node:timers/promises'
import { fourConnectors } from './connectors.ts'
import { tell } from './figure.ts'
import { benchFolder } from './folder.ts'
import { type BenchHub, benchHub, populate } from './hub.ts'
import { measured } from './measured.ts'
import { batches, createMessages } from './messages.ts'
import { inRounds, roundCount } from './rounds.ts'
import { sized } from './size.ts'

const rules = sized(100, 10)
const people = sized(2_000, 20)
const count = sized(4_000, 40)
const perBatch = 20
const connections = 8
/** Longer than the hub's beat: what it does by itself afterwards belongs to the message. */
const aftermathMs = 600

const bare = await benchHub({ rules })
const connected = await benchHub({ rules, connectors: fourConnectors })
const raw = await measured('sqlite', { BENCH_FOLDER: benchFolder() })
await populate(bare, people)
await populate(connected, people)

const ingest = (hub: BenchHub) => {
  const messages = createMessages(people, 12)
  const load = hub.load(connections)
  return {
    close: load.close,
    round: () => {
      const bodies = batches(messages.mixed(count), perBatch)
      return hub.cost(count, async () => {
        await load.send('/v1/batch', bodies)
        await setTimeout(aftermathMs)
      })
    },
  }
}
const rawMessages = createMessages(people, 12)
const [alone, withConnectors] = [ingest(bare), ingest(connected)]
const spread = await inRounds({
  raw: async () => {
    await raw.ask('prepare', rawMessages.mixed(count))
    return raw.cost(count, () => raw.ask('write'))
  },
  alone: alone.round,
  connected: withConnectors.round,
})
const facts = {
  bench: 'ingest',
  unit: 'message',
  baseline: { name: 'better-sqlite3 event + 2 KB profile, 100 a transaction, synchronous FULL', cpu: spread('raw') },
  rounds: roundCount,
}
const more = { rules, perBatch, connections }
tell({ ...facts, case: 'without connectors', cpu: spread('alone'), target: 4, more })
tell({
  ...facts,
  case: 'with four connectors in observe',
  cpu: spread('connected'),
  more: { ...more, extraOverAlone: Math.round(spread('connected').median - spread('alone').median) },
})
alone.close()
withConnectors.close()
await Promise.all([bare.close(), connected.close(), raw.close()])
