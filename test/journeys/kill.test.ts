import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { chance } from '../../scripts/samples/chance.ts'
import { eventually, type hubAt } from '../support/hub-at.ts'
import { auditCaps, auditMessages, auditTools, everybody } from '../support/kill/audit.ts'
import { openBooks } from '../support/kill/books.ts'
import { openClients } from '../support/kill/clients.ts'
import { customersBy } from '../support/kill/customers.ts'
import { buildHub, type HubProcess, startHubProcess } from '../support/kill/hub-process.ts'
import { comes, type Moment, momentBy } from '../support/kill/moment.ts'
import { caps, writeShop } from '../support/kill/shop.ts'
import { auditStore } from '../support/kill/store-audit.ts'
import { dialects } from '../support/rough/dialect.ts'
import { type ToolProcess, toolProcess } from '../support/rough/tool-process.ts'
import { temporaryFolder } from '../support/running-hub.ts'

const seed = Number(process.env.LEITSTERN_KILL_SEED ?? 1)
const kills = Number(process.env.LEITSTERN_KILLS ?? 50)
/** After so many kills everything is looked at. */
const perAudit = 10

/** Why this machine cannot do it; empty: it can. */
const obstacle = await new Promise<string>((resolve) => {
  if (process.platform === 'win32') return resolve(' (skipped: this system knows no kill -9)')
  const server = createServer()
  server.once('error', () => resolve(' (skipped: no port can be opened here)'))
  server.listen(0, '127.0.0.1', () => server.close(() => resolve('')))
})

const folder = temporaryFolder()
const data = join(folder.path, 'data')
const tools = new Map<string, ToolProcess>()
const books = openBooks()
const clients = openClients(seed, 4, books)
let start: () => HubProcess
let hub: HubProcess | undefined

/** About half of all writes go wrong, in any way; reads seldomer: a hub that lives for a second writes little. */
const wrongs = [
  { fault: 'throttled, in seconds', rate: 0.02 },
  { fault: 'throttled, by date', rate: 0.01 },
  { fault: 'error 500', rate: 0.02 },
  { fault: 'error 502', only: 'reads', rate: 0.01 },
  { fault: 'silence before', rate: 0.01 },
  { fault: 'error 503', only: 'writes', rate: 0.02 },
  { fault: 'reset before', only: 'writes', rate: 0.04 },
  { fault: 'reset after', only: 'writes', rate: 0.06 },
  { fault: 'silence after', only: 'writes', rate: 0.03 },
  { fault: 'error after', only: 'writes', rate: 0.07 },
  { fault: 'half, told', only: 'writes', rate: 0.1 },
  { fault: 'half, then 500', only: 'writes', rate: 0.1 },
  { fault: 'half, then silence', only: 'writes', rate: 0.03 },
  { fault: 'empty before', only: 'writes', rate: 0.03 },
  { fault: 'empty after', only: 'writes', rate: 0.03 },
  { fault: 'truncated after', only: 'writes', rate: 0.03 },
] as const

/** A hub that listens, and that the clients ask from now on. */
const listening = async (): Promise<ReturnType<typeof hubAt>> => {
  hub = start()
  const found = await hub.listens
  if (found === null) throw new Error(`the hub ended by itself: ${hub.said.err}`)
  clients.aim(found.url)
  return found
}
const kill = async () => {
  await hub?.kill()
  clients.aim(null)
}
/** One life of a hub: clients ask it as soon as it listens, and at this moment it is killed. */
const live = async (moment: Moment) => {
  const one = start()
  hub = one
  void one.listens.then((found) => clients.aim(found?.url ?? null))
  await comes(moment, one, data, [...tools.values()])
  await kill()
  expect(one.said.err).toBe('')
}
/** What must hold at any time, with nothing under way. */
const audit = async () => {
  const found = await listening()
  await clients.pause()
  const all = await everybody(found)
  auditMessages(all, books)
  auditCaps(all)
  expect(clients.problems).toEqual([])
  clients.resume()
  await kill()
  auditStore(join(data, 'leitstern.db'))
}
const rest = (found: ReturnType<typeof hubAt>) =>
  eventually(
    async () =>
      expect((await found.connectors()).map(({ id, pending }) => [id, pending])).toEqual(
        dialects.map(({ use }) => [use, 0]),
      ),
    90_000,
  )

describe.skipIf(obstacle !== '')(`kill -9 of a hub under load${obstacle}`, () => {
  beforeAll(async () => {
    const opened = await Promise.all(dialects.map(async ({ use }) => [use, await toolProcess(use)] as const))
    for (const [use, tool] of opened) tools.set(use, tool)
    const { file: config, env } = writeShop(join(folder.path, 'config'), tools)
    const built = buildHub()
    start = () => startHubProcess({ build: built, config, data, env })
    const found = await listening()
    const setUp = async (use: string) =>
      expect((await found.ask(`/v1/connectors/${use}/setup`, { method: 'POST' })).status).toBe(200)
    for (const { use } of dialects) await eventually(() => setUp(use))
    let index = 0
    for (const tool of tools.values()) await tool.goesWrong(seed + index++, ...wrongs)
    await kill()
  }, 60_000)
  afterAll(async () => {
    await clients.stop()
    await hub?.kill()
    await Promise.all([...tools.values()].map((tool) => tool.stop()))
    folder.remove()
  }, 30_000)

  it(`${kills} times: nothing acknowledged is lost, nothing counts twice, no cap is exceeded`, {
    timeout: 900_000,
  }, async () => {
    const random = chance(seed)
    for (let n = 1; n <= kills; n++) {
      const moment = momentBy(random)
      try {
        await live(moment)
        if (n % perAudit === 0) await audit()
      } catch (cause) {
        throw new Error(
          `seed ${seed}, kill ${n} (${JSON.stringify(moment)}): LEITSTERN_KILL_SEED=${seed} draws the same moments`,
          {
            cause,
          },
        )
      }
    }
    // It must have come to what it is about: answers that never came, faults of most kinds, sends cut off in the middle.
    expect([books.acknowledged.size > 100, books.doubtful.size > 0]).toEqual([true, true])
    const served = (await Promise.all([...tools.values()].map((tool) => tool.served()))).flat()
    expect(served.filter(({ fault, writes }) => fault !== null && writes).length).toBeGreaterThan(kills / 4)
  })

  it('once the tools work again, each holds exactly what it should', { timeout: 200_000 }, async () => {
    for (const tool of tools.values()) await tool.works()
    const found = await listening()
    await clients.pause()
    await clients.does(customersBy(chance(seed), 'last', Date.now).everybody())
    await rest(found)
    for (const { use } of dialects) await found.ask(`/v1/connectors/${use}/replay`, { method: 'POST' })
    for (const { use } of dialects) await found.pull(use)
    await rest(found)
    const all = await everybody(found)
    auditMessages(all, books)
    expect(auditCaps(all)).toBe(caps.scarce)
    expect(await auditTools(all, tools)).toBeGreaterThan(100)
    await kill()
    auditStore(join(data, 'leitstern.db'))
  })
})
