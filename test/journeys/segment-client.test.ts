import { join } from 'node:path'
import { Analytics } from '@segment/analytics-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { needsShared, shared, sharedText } from '../core/profile/shared.ts'
import { ask } from '../support/ask.ts'
import { type RunningHub, runningHub, temporaryFolder } from '../support/running-hub.ts'
import { smallShop } from '../support/small-shop.ts'
import * as wire from '../support/wire.ts'

/** The write key of the capture below, so that its bytes can be sent as they are. */
const captured = { writeKey: 'WK_TEST' }
const folder = temporaryFolder()
let hub: RunningHub
beforeAll(async () => {
  const config = smallShop(join(folder.path, 'config'), 0)
  hub = await runningHub(config, join(folder.path, 'data'), { LEITSTERN_ADMIN_KEY: captured.writeKey })
  await hub.ready()
}, 60_000)
afterAll(async () => {
  await hub.close()
  folder.remove()
}, 60_000)

const timelineOf = async (identifier: string) => {
  const { id } = await hub.customer(identifier)
  return (await hub.read(`/v1/profiles/${id}/timeline`, wire.timeline)).entries
}

describe('@segment/analytics-node, unmodified', () => {
  it('what it identifies, tracks, pages, screens, groups and aliases is in timeline, profile and decision', async () => {
    const created = z.object({ key: z.string() })
    const { key } = await hub.read('/v1/keys', created, { json: { name: 'server', scopes: ['ingest'] } })
    const problems: unknown[] = []
    const client = new Analytics({ writeKey: key, host: hub.url, path: '/v1/batch', flushAt: 20 })
    client.on('error', (error) => problems.push(error))

    const timestamp = new Date('2026-11-20T10:00:00Z')
    const consent = { categoryPreferences: { email_marketing: true, personalization: true } }
    const traits = {
      email: 'Grace@Example.test',
      firstName: 'Grace',
      locale: 'en-GB',
      birthday: new Date('1906-12-09'),
    }
    client.identify({ userId: 'grace', traits, timestamp, context: { consent } })
    const products = [{ sku: 'SP-100', category: 'speakers', price: 79.9, quantity: 1 }]
    const properties = { order_id: 'S-1', revenue: 79.9, currency: 'EUR', products }
    client.track({ userId: 'grace', event: 'Order Completed', properties, timestamp })
    client.page({ anonymousId: 'browser-of-grace', name: 'Home', properties: { path: '/' }, timestamp })
    client.screen({ anonymousId: 'browser-of-grace', name: 'Start', timestamp })
    client.group({ userId: 'grace', groupId: 'navy', traits: { name: 'Navy' }, timestamp })
    client.alias({ userId: 'grace', previousId: 'browser-of-grace', timestamp })
    await client.closeAndFlush()
    expect(problems).toEqual([])

    const entries = await timelineOf('userId:grace')
    const kinds = entries.map(({ type }) => type).sort()
    expect(kinds).toEqual(['alias', 'group', 'identify', 'page', 'screen', 'track'])
    expect(new Set(entries.map(({ source }) => source))).toEqual(new Set(['server']))
    expect(new Set(entries.map(({ timestamp: at }) => at))).toEqual(new Set([timestamp.toISOString()]))

    const found = await hub.customer('anonymousId:browser-of-grace')
    expect(found).toEqual(await hub.customer('email:grace@example.test'))
    expect(found.traits).toMatchObject({ firstName: 'Grace', locale: 'en-GB', birthday: '1906-12-09' })
    expect(found.computed).toMatchObject({ orders: 1, revenue: 79.9, favourite: 'speakers' })
    expect(found.consents).toMatchObject({ email_marketing: true, personalization: true })
    const { decisions } = await hub.decide({ profile: { userId: 'grace' }, placements: ['mail-hero'] })
    expect(decisions).toMatchObject([{ offer: 'speaker-trial', content: { url: 'https://shop.example/en/trial' } }])
  })
})

const capture = z.array(
  z.object({ url: z.string(), headers: z.record(z.string(), z.string()), body: z.looseObject({}) }),
)

describe.skipIf(shared === undefined)(`what was captured of it${needsShared}`, () => {
  it('is taken byte for byte, and a second time changes nothing', async () => {
    const text = sharedText('suites', 'client-captures', 'segment-analytics-node.json')
    const [request] = capture.parse(JSON.parse(text))
    const { 'content-length': length, ...headers } = request?.headers ?? {}
    const raw = JSON.stringify(request?.body)
    expect(Buffer.byteLength(raw)).toBe(Number(length))
    const send = async () => (await ask(`${hub.url}${request?.url}`, { raw, headers })).body
    const look = async () => ({
      profile: await hub.customer('userId:u1'),
      timeline: await timelineOf('userId:u1'),
      decided: await hub.decide({ profile: { anonymousId: 'anon1' } }),
    })

    expect(await send()).toEqual({ success: true, accepted: 7, refused: [] })
    const once = await look()
    expect(once.timeline).toHaveLength(7)
    expect(once.profile.identifiers).toEqual([
      { type: 'userId', value: 'u1' },
      { type: 'email', value: 'ann@example.com' },
      { type: 'anonymousId', value: 'anon1' },
    ])
    expect(once.profile).toMatchObject({ traits: { plan: 'pro' }, computed: { orders: 1, revenue: 25.5 } })
    expect(once.decided.profileId).toBe(once.profile.id)

    expect(await send()).toEqual({ success: true, accepted: 7, refused: [] })
    expect(await look()).toEqual(once)
  })
})
