import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type ServedBox, servedBox } from '../support/served-box.ts'

const origin = 'https://shop.example'
const placement = {
  key: 'site-hero',
  channel: 'wcm',
  slot: 'lead-offer',
  fields: { headline: { type: 'text' } },
  fallback: { 'en-GB': { headline: 'New in' } },
}
const offer = (key: string) => ({ key, content: { default: { 'en-GB': { headline: key } } } })
const registry = {
  slots: [{ key: 'lead-offer' }],
  placements: [placement],
  offers: [offer('browser-care'), offer('gold-club')],
  rules: [
    { key: 'looked', slot: 'lead-offer', when: { event: 'Product Viewed' }, offer: 'browser-care' },
    { key: 'gold', slot: 'lead-offer', when: { trait: 'plan', is: 'gold' }, offer: 'gold-club', tier: 10 },
  ],
}
const events = { types: { 'Product Viewed': { key: 'id', properties: { id: 'string' } } } }
const created = z.object({ id: z.string(), key: z.string(), signingSecret: z.string() })

let hub: ServedBox
let page: z.output<typeof created>
beforeAll(async () => {
  hub = await servedBox({ registry, profile: { identifiers: { userId: { limit: 1 } }, events } })
  await hub.box.say({ type: 'identify', userId: 'ada', traits: { plan: 'gold' } })
  page = await hub.read('/v1/keys', created, {
    json: { name: 'page', scopes: ['ingest', 'decide'], origins: [origin] },
  })
})
afterAll(() => hub.close())

/** As the browser SDK sends it: the key in the body, the type that needs no asking first. */
const says = (message: object) =>
  hub.ask('/v1/b', {
    key: undefined,
    headers: { origin, 'content-type': 'text/plain' },
    json: { writeKey: page.key, batch: [{ anonymousId: 'visitor', ...message }] },
  })
const sees = async () => {
  const json = { profile: { anonymousId: 'visitor' }, placements: ['site-hero'] }
  const { status, body } = await hub.ask('/v1/decide', { key: page.key, headers: { origin }, json })
  const { decisions } = z.object({ decisions: z.array(z.object({ offer: z.string().nullable() })) }).parse(body)
  return [status, decisions.map((decision) => decision.offer)]
}

describe('a page with a public key', () => {
  it('shows a visitor what they have earned, and to whom the site vouches for what is theirs', async () => {
    expect(await sees()).toEqual([200, [null]])

    const viewed = await says({ type: 'track', event: 'Product Viewed', properties: { id: 'p1' } })
    expect(viewed.body).toEqual({ success: true, accepted: 1, refused: [] })
    expect(await sees()).toEqual([200, ['browser-care']])

    await says({ type: 'identify', userId: 'ada' })
    expect(await sees()).toEqual([200, ['browser-care']])

    const expires = hub.box.clock.now / 1000 + 3600
    const signature = createHmac('sha256', page.signingSecret).update(`${expires}.ada`).digest('hex')
    await says({ type: 'identify', userId: 'ada', context: { identity: { userId: 'ada', expires, signature } } })
    expect(await sees()).toEqual([200, ['gold-club']])
  })

  it('may not read, and is turned away at once when its key is revoked', async () => {
    expect((await hub.ask('/v1/profiles', { key: page.key, headers: { origin } })).status).toBe(403)
    await hub.ask(`/v1/keys/${page.id}`, { method: 'DELETE' })
    const { status, headers } = await says({ type: 'page' })
    expect([status, headers.get('access-control-allow-origin')]).toEqual([401, null])
  })
})
