import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import Big from 'big.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { checked, connectorShape } from '../../core/api/connector-shape.ts'
import { channelShape, profileShape } from '../../core/api/profile-shape.ts'
import { coherenceShape } from '../../core/api/reports.ts'
import { sandboxContacts } from '../../core/host/sandbox-seed.ts'
import { needsShared, shared } from '../core/profile/shared.ts'
import { desiredOf, newIn, withState } from '../support/retail/desired.ts'
import { openRetailHub, type RetailHub } from '../support/retail/hub.ts'
import { type Buyer, readLines } from '../support/retail/lines.ts'
import { seedsOf, type Tool, tools } from '../support/retail/shop.ts'

/**
 * Online Retail (UCI Machine Learning Repository, Daqing Chen 2015, CC BY 4.0): a year of a British shop's invoices, line
 * by line, from the file to four tools. What the hub should come to is said by SQL over the same lines.
 */
const folder = mkdtempSync(join(tmpdir(), 'leitstern-retail-'))
const packed = join(shared ?? '', 'data/online_retail/online_retail.csv.br')
const unpacked = join(folder, 'online_retail.csv')

let fingerprint: string
let told: ReturnType<typeof readLines>
let hub: RetailHub
beforeAll(async () => {
  if (shared === undefined) return
  const csv = brotliDecompressSync(readFileSync(packed))
  writeFileSync(unpacked, csv)
  fingerprint = createHash('sha256').update(csv).digest('hex').slice(0, 16)
  told = readLines(csv.toString())
  hub = await openRetailHub(folder, told.buyers)
}, 60_000)
afterAll(async () => {
  if (shared !== undefined) await hub.close()
  rmSync(folder, { recursive: true })
})

const body = z.object({
  userId: z.string().default(''),
  timestamp: z.string(),
  properties: z.object({ order_id: z.string(), revenue: z.number(), products: z.array(z.unknown()) }),
})
const millsOf = (revenue: unknown): number => new Big(z.number().parse(revenue)).times(1_000).toNumber()
const sum = (numbers: readonly number[]): string =>
  numbers.reduce((total, number) => total.plus(number), new Big(0)).toString()

/** All that the log holds. */
const stored = async () => {
  const messages = []
  for (let seq = 0; ; ) {
    const page = await hub.store.messagesAfter(seq, 1_000)
    const last = page.at(-1)
    if (last === undefined) return messages
    messages.push(...page)
    seq = last.seq
  }
}
const page = z.object({ profiles: z.array(profileShape), next: z.string().nullable() })
type Profile = z.output<typeof profileShape>
const allProfiles = async (): Promise<readonly Profile[]> => {
  const found: Profile[] = []
  for (let query = '?limit=1000'; ; ) {
    const { profiles, next } = await hub.get(`/v1/profiles${query}`, page)
    found.push(...profiles)
    if (next === null) return found
    query = `?limit=1000&cursor=${encodeURIComponent(next)}`
  }
}
const identifierOf = ({ identifiers }: Profile, wanted: string): string | undefined =>
  identifiers.find(({ type }) => type === wanted)?.value
const digest = async (): Promise<string> =>
  createHash('sha256')
    .update(JSON.stringify([await stored(), await allProfiles()]))
    .digest('hex')

/** Up the phases, as an admin does it; a tool has to be reached before it may be written to. */
const takeOn = async (tool: Tool): Promise<void> => {
  const at = `/v1/connectors/${tool}`
  await hub.leitstern('phase', tool, 'observe', '--yes')
  await hub.post(`${at}/check`, checked)
  await hub.leitstern('connectors', 'setup', tool)
  expect(await hub.leitstern('phase', tool, 'live', '--yes')).toMatchObject({ code: 0 })
}
type Channel = z.output<typeof channelShape>
/** What each tool should hold for each customer, by e-mail address. */
const allChannels = async (): Promise<ReadonlyMap<string, readonly Channel[]>> => {
  const found = new Map<string, readonly Channel[]>()
  for (const profile of await allProfiles()) {
    const { channels } = await hub.get(
      `/v1/profiles/${profile.id}/channels`,
      z.object({ channels: z.array(channelShape) }),
    )
    found.set(identifierOf(profile, 'email') ?? '', channels)
  }
  return found
}

describe.skipIf(shared === undefined)(`Online Retail${needsShared}`, () => {
  it('the file is the one that is described', () => {
    expect([told.lines, told.lines - told.distinct]).toEqual([541_909, 5_268])
    expect([told.orders.length, told.buyers.length]).toEqual([25_900, 4_372])
  })

  it('every invoice of the file is taken', { timeout: 240_000 }, async () => {
    const imported = await hub.leitstern('import', packed, '--as', 'shop-orders')
    expect(imported).toEqual({ code: 0, out: '25900 accepted, 0 refused' })
  })

  it('is stored as one order with all of its lines, equal ones too, at its time and to the last digit', async () => {
    const messages = (await stored()).map((message) => ({ message, said: body.parse(JSON.parse(message.body)) }))
    const orders = messages.map(({ message, said: { userId, properties } }) => ({
      invoice: properties.order_id,
      customer: userId,
      lines: properties.products.length,
      mills: millsOf(properties.revenue),
      at: new Date(message.at).toISOString(),
    }))
    expect(orders.sort((a, b) => (a.invoice < b.invoice ? -1 : 1))).toEqual(told.orders)
    const ids = messages.map(({ message }) => message.id)
    expect(ids.sort()).toEqual(told.orders.map(({ invoice }) => `${fingerprint}:${invoice}`))
    const revenues = messages.map(({ said }) => [said.userId, said.properties.revenue] as const)
    expect(sum(revenues.map(([, revenue]) => revenue))).toBe('9747747.934')
    expect(sum(revenues.flatMap(([customer, revenue]) => (customer === '' ? [] : [revenue])))).toBe('8300065.814')
  })

  it('makes a profile of every customer, and of nobody else', async () => {
    const profiles = await allProfiles()
    const found = profiles.map((profile) => {
      const { orders, revenue, lastOrderAt } = profile.computed
      return [identifierOf(profile, 'userId'), identifierOf(profile, 'email'), orders, millsOf(revenue), lastOrderAt]
    })
    const wanted = told.buyers.map(({ customer, email, orders, mills, lastAt }) => [
      customer,
      email,
      orders,
      mills,
      lastAt,
    ])
    expect(found.sort()).toEqual(wanted)
    expect(sum(profiles.map(({ computed }) => z.number().parse(computed.revenue)))).toBe('8300065.814')
  })

  it('the second time changes nothing', { timeout: 240_000 }, async () => {
    const before = await digest()
    const commits = hub.commits.count
    const again = await hub.leitstern('import', unpacked, '--as', 'shop-orders')
    await hub.settle()
    expect(again).toEqual({ code: 0, out: '25900 accepted (25900 known from before), 0 refused' })
    expect(hub.commits.count).toBe(commits)
    expect(await digest()).toBe(before)
  })

  const segments: readonly (readonly [string, number, (buyer: Buyer) => number])[] = [
    ['big-spenders', 263, ({ big }) => big],
    ['lapsed-60', 1_950, ({ lapsed }) => lapsed],
    ['heart-buyers', 858, ({ heart }) => heart],
    ['regulars', 946, ({ regular }) => regular],
  ]
  it('segments have the members that SQL finds', async () => {
    const profiles = await allProfiles()
    for (const [segment, size, isIn] of segments) {
      const members = profiles.filter((profile) => profile.segments.includes(segment))
      const wanted = told.buyers.filter((buyer) => isIn(buyer) === 1).map(({ customer }) => customer)
      expect(members.map((profile) => identifierOf(profile, 'userId')).sort()).toEqual(wanted)
      expect(wanted).toHaveLength(size)
    }
  })

  describe('four tools, taken on one after the other', () => {
    let channels: ReadonlyMap<string, readonly Channel[]>
    let views: readonly z.output<typeof connectorShape>[]

    const channelOf = (tool: Tool, email: string) => channels.get(email)?.find(({ connector }) => connector === tool)
    /** Of the decision that the newsletter shows: the other tools must show the very same. */
    const decisionOf = ({ email, offer }: Buyer): string | null =>
      offer === null ? null : z.string().parse(channelOf('mail', email)?.desired?.LSDEC)

    beforeAll(async () => {
      for (const tool of tools) await takeOn(tool)
      await hub.settle()
      channels = await allChannels()
      views = (await hub.get('/v1/connectors', z.object({ connectors: z.array(connectorShape) }))).connectors
    }, 600_000)

    it('nobody is waiting, nobody was given up, and everybody was written once', async () => {
      const healthy = { phase: 'live', health: 'ok', contacts: 4_372, pending: 0, deadLetters: 0 }
      expect(views).toMatchObject(tools.map((id) => ({ id, ...healthy })))
      const { deliveries } = await hub.get('/v1/reports/deliveries', z.object({ deliveries: z.array(z.unknown()) }))
      const written = tools.map((connector) => ({ connector, outcome: 'applied', count: 4_372 }))
      expect(deliveries).toHaveLength(tools.length)
      expect(deliveries).toEqual(expect.arrayContaining(written))
    })

    it.each(tools)('%s: what is desired is what SQL says, and is acknowledged', (tool) => {
      for (const buyer of told.buyers) {
        const wanted = desiredOf(tool, buyer, decisionOf(buyer))
        const { desired, acknowledged, pending, state } = channelOf(tool, buyer.email) ?? {}
        expect([desired, acknowledged, pending, state]).toEqual([wanted, wanted, false, 'settled'])
      }
    })

    it.each(tools)('%s holds exactly the desired state beside what was its own', async (tool) => {
      const url = views.find(({ id }) => id === tool)?.sandbox?.url
      const held = sandboxContacts.parse(await (await fetch(`${url}/contacts`)).json())
      const seeds = new Map(seedsOf(told.buyers.map(({ email }) => email))[tool].map((seed) => [seed.email, seed]))
      const known = [...new Set([...told.buyers.map(({ email }) => email), ...seeds.keys()])].sort()
      const wanted = known.map((email) =>
        withState(seeds.get(email) ?? newIn(tool, email), channelOf(tool, email)?.desired ?? {}),
      )
      expect(held).toEqual(wanted)
    })

    it('all four show every customer the same', async () => {
      const { slots, channels: measured } = await hub.get('/v1/reports/coherence', coherenceShape)
      expect(slots).toMatchObject([{ slot: 'lead', live: { customers: 4_372, agree: 4_372, contradictory: 0 } }])
      expect(measured).toMatchObject(
        tools.map((connector) => ({ connector, inScope: 4_372, agreed: 4_372, pending: 0 })),
      )
    })
  })
})
