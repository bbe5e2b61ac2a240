import { gzipSync } from 'node:zlib'
import { Analytics } from '@segment/analytics-node'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { messageKinds } from '../../core/profile/message.ts'
import { type ServedHub, servedHub } from '../support/served.ts'
import { needsShared, shared, sharedText } from './profile/shared.ts'

let hub: ServedHub
beforeAll(async () => {
  hub = await servedHub()
})
afterAll(() => hub.stop())
beforeEach(() => {
  hub.received.length = 0
})
const key = 'key-ingest'

describe('single messages', () => {
  const paths = messageKinds.flatMap((kind) => [
    [`/v1/${kind}`, kind] as const,
    [`/v1/${kind.charAt(0)}`, kind] as const,
  ])
  it.each(paths)('POST %s takes a %s', async (path, kind) => {
    const { status, text } = await hub.ask(path, { key, json: { userId: 'u1', messageId: 'm1' } })
    expect([status, text]).toEqual([200, '{"success":true,"accepted":1,"refused":[]}'])
    expect(hub.received).toEqual([
      {
        messages: [{ userId: 'u1', messageId: 'm1' }],
        kind,
        sentAt: null,
        actor: 'name-ingest',
        imported: false,
      },
    ])
  })

  const times: readonly (readonly [unknown, number | null])[] = [
    ['2026-11-21T12:00:00.000Z', 1_795_262_400_000],
    ['2026-11-21T13:00:00+01:00', 1_795_262_400_000],
    ['soon', null],
    [1_795_262_400, null],
    [null, null],
  ]
  it.each(times)('sentAt %j is understood as %j', async (sentAt, at) => {
    await hub.ask('/v1/track', { key, json: { userId: 'u1', sentAt } })
    expect(hub.received[0]?.sentAt).toBe(at)
  })
})

describe('batches', () => {
  it.each(['/v1/batch', '/v1/b', '/v1/import'])('POST %s takes all messages', async (path) => {
    const batch = [{ type: 'track' }, 'nonsense', { type: 'identify' }]
    const { status } = await hub.ask(path, { key, json: { batch, sentAt: '2026-11-21T12:00:00Z' } })
    expect(status).toBe(200)
    expect(hub.received[0]).toMatchObject({ messages: batch, kind: undefined, sentAt: 1_795_262_400_000 })
  })

  it('the write key is a secret: it reaches no message', async () => {
    const json = { writeKey: key, batch: [{ writeKey: key, userId: 'u1' }] }
    await hub.ask('/v1/batch', { json })
    await hub.ask('/v1/track', { json: { writeKey: key, userId: 'u1' } })
    expect(hub.received.map(({ messages }) => messages)).toEqual([[{ userId: 'u1' }], [{ userId: 'u1' }]])
  })

  it("the batch's context counts for messages that do not state their own", async () => {
    const batch = [{ userId: 'u1' }, { userId: 'u2', context: { locale: 'de-DE' } }]
    await hub.ask('/v1/batch', { key, json: { batch, context: { locale: 'en-GB', ip: '203.0.113.9' } } })
    expect(hub.received[0]?.messages).toEqual([
      { userId: 'u1', context: { locale: 'en-GB', ip: '203.0.113.9' } },
      { userId: 'u2', context: { locale: 'de-DE', ip: '203.0.113.9' } },
    ])
  })

  it('an empty batch is accepted', async () => {
    const { text } = await hub.ask('/v1/batch', { key, json: { batch: [] } })
    expect(text).toBe('{"success":true,"accepted":0,"refused":[]}')
  })

  it('a refused message stands in the answer, at its position', async () => {
    const refused = [{ index: 1, messageId: 'b', code: 'no_identifier', detail: 'names nobody' }]
    const other = await servedHub({ ingest: async () => ({ accepted: 1, repeated: 0, refused }) })
    const { status, body } = await other.ask('/v1/batch', { key, json: { batch: [{ userId: 'u1' }, {}] } })
    await other.stop()
    expect(status).toBe(200)
    expect(body).toEqual({ success: true, accepted: 1, refused })
  })

  it('an import says that messages may name nobody', async () => {
    await hub.ask('/v1/imports', { key, json: { batch: [{ type: 'track', event: 'x' }] } })
    expect(hub.received[0]?.imported).toBe(true)
  })
})

describe('bodies', () => {
  const json = JSON.stringify({ batch: [{ type: 'track', userId: 'u1', event: 'Grüße' }] })
  const good: readonly (readonly [string, Record<string, string>, string | Uint8Array<ArrayBuffer>])[] = [
    ['JSON', { 'content-type': 'application/json' }, json],
    ['JSON with a charset', { 'content-type': 'application/json; charset=utf-8' }, json],
    ['text/plain, as beacons send it', { 'content-type': 'text/plain' }, json],
    ['a type that was never heard of', { 'content-type': 'x/y' }, json],
    ['a byte order mark', {}, `\uFEFF${json}`],
    ['gzip', { 'content-encoding': 'gzip' }, new Uint8Array(gzipSync(json))],
  ]
  it.each(good)('%s is read', async (_, headers, raw) => {
    const { status } = await hub.ask('/v1/batch', { key, headers, raw })
    expect(status).toBe(200)
    expect(hub.received[0]?.messages).toEqual([{ type: 'track', userId: 'u1', event: 'Grüße' }])
  })

  const unreadable: readonly (readonly [string, string, string | Uint8Array<ArrayBuffer>])[] = [
    ['no JSON', '/v1/batch', '{"batch":'],
    ['nothing', '/v1/batch', ''],
    ['text that is not UTF-8', '/v1/batch', Buffer.from('{"batch":["\xc3("]}', 'latin1')],
    ['a list', '/v1/batch', '[]'],
    ['null', '/v1/track', 'null'],
    ['a number', '/v1/track', '17'],
    ['a batch that is no list', '/v1/batch', '{"batch":{}}'],
    ['no batch', '/v1/batch', '{}'],
    ['no batch in an import', '/v1/imports', '{}'],
  ]
  it.each(unreadable)('%s is a 400: the body as a whole is unreadable', async (_, path, raw) => {
    const { status, body } = await hub.ask(path, { key, raw, method: 'POST' })
    expect(status).toBe(400)
    expect(body).toMatchObject({ type: '/problems/unreadable-body', status: 400 })
    expect(hub.received).toEqual([])
  })

  const filled = (bytes: number): string => JSON.stringify({ batch: [{ userId: 'u1', x: 'x'.repeat(bytes) }] })
  const sizes: readonly (readonly [
    string,
    string,
    Record<string, string>,
    string | Uint8Array<ArrayBuffer>,
    number,
  ])[] = [
    ['499 KB in a batch', '/v1/batch', {}, filled(499 * 1024), 200],
    ['501 KB in a batch', '/v1/batch', {}, filled(501 * 1024), 413],
    ['31 KB in a message', '/v1/track', {}, filled(31 * 1024), 200],
    ['33 KB in a message', '/v1/track', {}, filled(33 * 1024), 413],
    [
      '50 MB out of a small gzip',
      '/v1/batch',
      { 'content-encoding': 'gzip' },
      new Uint8Array(gzipSync(filled(5e7))),
      413,
    ],
    ['gzip that is none', '/v1/batch', { 'content-encoding': 'gzip' }, '{"batch":[]}', 400],
    ['an unknown encoding', '/v1/batch', { 'content-encoding': 'rot13' }, '{"batch":[]}', 415],
  ]
  it.each(sizes)('%s', async (_, path, headers, raw, status) => {
    const answer = await hub.ask(path, { key, headers, raw })
    expect(answer.status).toBe(status)
    if (status !== 200) expect(answer.headers.get('content-type')).toContain('application/problem+json')
  })
})

describe('a hub that is behind', () => {
  it('asks to come back later, in the headers of all clients', async () => {
    const other = await servedHub({ ingest: async () => ({ retryAfterS: 7 }) })
    const { status, body, headers } = await other.ask('/v1/batch', { key, json: { batch: [] } })
    await other.stop()
    expect(status).toBe(429)
    expect([headers.get('retry-after'), headers.get('x-ratelimit-reset')]).toEqual(['7', '7'])
    expect(body).toMatchObject({ type: '/problems/behind' })
  })
})

const captures = z.array(
  z.object({
    method: z.string(),
    url: z.string(),
    headers: z.record(z.string(), z.string()),
    body: z.object({ batch: z.array(z.unknown()) }).loose(),
  }),
)
const dropped = ['content-length', 'accept-encoding', 'authorization']

describe.skipIf(shared === undefined)(`requests captured from clients${needsShared}`, () => {
  it('those of analytics-node are accepted as they are', async () => {
    const captured = JSON.parse(sharedText('suites', 'client-captures', 'segment-analytics-node.json'))
    for (const { method, url, headers, body } of captures.parse(captured)) {
      const kept = Object.entries(headers).filter(([name]) => !dropped.includes(name))
      const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`
      const answer = await hub.ask(url, {
        method,
        headers: { ...Object.fromEntries(kept), authorization },
        raw: JSON.stringify(body),
      })
      expect(answer.body).toEqual({ success: true, accepted: body.batch.length, refused: [] })
      expect(hub.received.at(-1)?.messages).toEqual(body.batch)
    }
  })
})

describe('the unmodified @segment/analytics-node', () => {
  it('delivers every kind of message', async () => {
    const analytics = new Analytics({ writeKey: key, host: hub.url, flushAt: 100 })
    const errors: unknown[] = []
    analytics.on('error', (error) => errors.push(error))
    analytics.identify({ userId: 'u1', traits: { email: 'ada@example.test' } })
    analytics.track({ userId: 'u1', event: 'Order Completed', properties: { order_id: 'o1', revenue: 25.5 } })
    analytics.page({ anonymousId: 'a1', name: 'Home' })
    analytics.screen({ anonymousId: 'a1', name: 'Main' })
    analytics.group({ userId: 'u1', groupId: 'g1' })
    analytics.alias({ userId: 'u1', previousId: 'a1' })
    await analytics.closeAndFlush()
    expect(errors).toEqual([])
    const kinds = hub.received.flatMap(({ messages }) => messages.map((message) => Object(message).type))
    expect(kinds).toEqual(['identify', 'track', 'page', 'screen', 'group', 'alias'])
    expect(hub.received[0]).toMatchObject({ actor: 'name-ingest', sentAt: expect.any(Number) })
  })
})
