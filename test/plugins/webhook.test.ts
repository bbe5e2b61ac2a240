import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { SandboxReply } from '../../core/contract/sandbox.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { contextFor } from '../../core/host/context.ts'
import { unpaced } from '../../core/host/pace.ts'
import { isProven } from '../../core/host/proof.ts'
import type { Outgoing as Sent } from '../../core/host/transport.ts'
import webhookConnector from '../../plugins/webhook/index.ts'
import { holdings, incoming, outgoing, pong, results } from '../../plugins/webhook/message.ts'
import { signatureOf } from '../../plugins/webhook/sign.ts'
import { required } from '../conformance/check.ts'
import { attempt, changeOf, contactOf, idOf, push } from '../conformance/delivery.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { needsShared, shared, sharedText } from '../core/profile/shared.ts'
import { at } from './subject.ts'

const ada = 'ada@example.test'
const atReceiver = at('webhook')
const settings = { url: 'https://tool.example/hooks/a%20b?sig=x%26y', secret: 'whsec_c2FuZGJveC1zZWNyZXQ=' }
const { proof, parse } = required(webhookConnector.webhook)

describe('a message', () => {
  const sent = async () => {
    const seen: Sent[] = []
    const ctx = contextFor({
      connector: webhookConnector,
      settings,
      mode: 'read',
      transport: async (request) => {
        seen.push(request)
        return { status: 204, headers: {}, text: '' }
      },
      pace: unpaced,
      log: () => {},
      signal: new AbortController().signal,
      now: () => Date.UTC(2026, 10, 22),
    })
    return { account: await webhookConnector.check(ctx), request: required(seen[0]) }
  }

  it('is signed over the very bytes that are sent, and goes to the very address', async () => {
    const { account, request } = await sent()
    expect([request.baseUrl, request.path]).toEqual(['https://tool.example', '/hooks/a%20b?sig=x%26y'])
    const { headers, body = '' } = request
    const raw: RawRequest = { method: 'POST', url: '', headers, body: Buffer.from(body) }
    const known = { ...settings, webhookSecret: settings.secret }
    expect(isProven(proof, known, raw, Date.UTC(2026, 10, 22))).toBe(true)
    expect(outgoing.parse(JSON.parse(body)).type).toBe('ping')
    expect(account.account).toBe('tool.example')
    expect(account.epoch).toMatch(/^[0-9a-f]{16}$/)
  })

  it.each(['whsec_', ' ', '!!!'])('is not sent under a secret without a key: %j', async (secret) => {
    expect(() => signatureOf(secret, 'msg_1', 1, '{}')).toThrow('holds no key')
  })
})

describe('the examples in the documentation', () => {
  const text = readFileSync(new URL('../../docs/webhook-messages.md', import.meta.url), 'utf8')
  const examples = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']): unknown => JSON.parse(json))
  const schemas = [outgoing, incoming, pong, results, holdings].map((schema) =>
    schema instanceof z.ZodObject ? schema.strict() : schema,
  )
  it('are all what the connector sends and takes', () => {
    const fits = examples.map((example) => schemas.filter((schema) => schema.safeParse(example).success).length)
    expect(fits).toEqual(examples.map(() => 1))
    expect(examples).toHaveLength(9)
  })
})

const without = (bench: Workbench) => ({ ...bench.sandbox.settings(bench.url), readUrl: undefined })
const deliver = async (bench: Workbench, answer: SandboxReply | null, overrides: Parameters<typeof push>[2] = {}) => {
  bench.sandbox.seed([person(ada, { ls_text: 'before' })])
  if (answer) bench.breakBy((request) => (bench.isReading(request) ? null : { does: 'all', gives: answer }))
  const changes = [changeOf(bench.connector, ada, { fields: { ls_text: 'after' } })]
  const { value, error } = await attempt(() => push(bench, changes, overrides))
  return error ? error.kind : required(value?.get(idOf(ada)))
}
const listing = (status: string, more: object = {}): SandboxReply => ({
  status: 200,
  json: { results: [{ ref: idOf(ada), status, ...more }] },
})

describe('what came of a change', () => {
  it(
    'is what the receiver shows, after an answer that says nothing of it',
    atReceiver(async (bench) => {
      expect(await deliver(bench, { status: 204 })).toMatchObject({ status: 'applied', remoteId: `r-${ada}` })
    }),
  )

  it(
    'is open while the receiver does not show it',
    atReceiver(async (bench) => {
      bench.sandbox.seed([person(ada)])
      bench.breakBy((request) => (bench.isReading(request) ? null : { status: 202, json: {} }))
      const receipts = await push(bench, [changeOf(bench.connector, ada, { fields: { ls_text: 'after' } })])
      expect(receipts.get(idOf(ada))?.status).toBe('retry')
    }),
  )

  it(
    'is a refusal where the receiver says that it is done and shows something else',
    atReceiver(async (bench) => {
      bench.sandbox.seed([person(ada, { ls_text: 'before' })])
      bench.breakBy((request) => (bench.isReading(request) ? null : listing('applied')))
      const receipts = await push(bench, [changeOf(bench.connector, ada, { fields: { ls_text: 'after' } })])
      expect(receipts.get(idOf(ada))).toMatchObject({ status: 'rejected', field: 'ls_text' })
    }),
  )

  it(
    'is what the receiver says, where it cannot be asked',
    atReceiver(async (bench) => {
      const overrides = { settings: without(bench) }
      expect(await deliver(bench, null, overrides)).toMatchObject({ status: 'applied', remoteId: `r-${ada}` })
      const reason = `${ada} is unwanted`
      const refused = await deliver(bench, listing('rejected', { reason, field: 'ls_text' }), overrides)
      const said = 'The receiver says: the address is unwanted'
      expect(refused).toMatchObject({ status: 'rejected', field: 'ls_text', reason: said })
      const other: SandboxReply = { status: 200, json: { results: [] } }
      expect(await deliver(bench, other, overrides)).toMatchObject({ status: 'retry' })
    }),
  )

  it.each([
    ['nothing can tell it', { status: 200, text: 'ok' }],
    ['the receiver has gone for good', { status: 410, json: {} }],
  ])('is a matter for an admin when %s', (_, answer) =>
    atReceiver(async (bench) => {
      expect(await deliver(bench, answer, { settings: without(bench) })).toBe('config')
    })(),
  )
})

it(
  'erasure counts once the receiver shows nobody, and not when the message has arrived',
  atReceiver(async (bench) => {
    bench.sandbox.seed([person(ada)])
    const erase = async () => {
      const contacts = [contactOf(bench.connector, ada), contactOf(bench.connector, 'stranger@example.test')]
      const receipts = await required(bench.connector.erase)(bench.context('write'), contacts)
      return Object.fromEntries(receipts.map(({ contact, status }) => [contact, status]))
    }
    const stranger = { [idOf('stranger@example.test')]: 'unchanged' }
    bench.breakBy((request) => (bench.isReading(request) ? null : { status: 204 }))
    expect(await erase()).toEqual({ [idOf(ada)]: 'retry', ...stranger })
    bench.breakBy((request) => (bench.isReading(request) ? null : { does: 'all', gives: { status: 204 } }))
    expect(await erase()).toEqual({ [idOf(ada)]: 'applied', ...stranger })
  }),
)

describe('what comes in', () => {
  const at = '2026-11-22T06:00:00.000Z'
  const request = (message: unknown, id = 'msg_1'): RawRequest => ({
    method: 'POST',
    url: '',
    headers: { 'webhook-id': id },
    body: Buffer.from(JSON.stringify(message)),
  })
  const email = { type: 'email', value: ada }

  it('is contacts and events, and what is malformed or about nobody is left out', () => {
    const contacts = [null, {}, { identifiers: [email], fields: { city: 'London' }, consent: false }, { fields: {} }]
    const [record, ...others] = parse(
      settings,
      request({ type: 'contacts.changed', timestamp: at, data: { contacts } }),
    )
    expect(record).toMatchObject({
      kind: 'contact',
      at,
      identifiers: [email],
      fields: { city: 'London' },
      consent: false,
    })
    expect(others).toEqual([])
    const events = [{ remoteId: '7', event: 'Order Completed', at: '2026-11-22T05:00:00+01:00' }, { remoteId: '7' }]
    expect(parse(settings, request({ type: 'events.happened', timestamp: at, data: { events } }))).toEqual([
      expect.objectContaining({ kind: 'event', at: '2026-11-22T04:00:00.000Z', remoteId: '7', properties: {} }),
    ])
  })

  it('is one message each time it comes under one id, and another under another', () => {
    const message = { type: 'contacts.changed', timestamp: at, data: { contacts: [{ identifiers: [email] }] } }
    const ids = ['msg_1', 'msg_1', 'msg_2'].map((id) => parse(settings, request(message, id))[0]?.id)
    expect([ids[0] === ids[1], ids[0] === ids[2]]).toEqual([true, false])
  })
})

const vectors = z.object({
  sign: z.array(
    z.object({ secret: z.string(), id: z.string(), timestamp: z.number(), payload: z.string(), signature: z.string() }),
  ),
})
describe.skipIf(shared === undefined)(`the vectors of Standard Webhooks${needsShared}`, () => {
  it('are signed as they are there, and proven', () => {
    const { sign } = vectors.parse(JSON.parse(sharedText('suites', 'standard-webhooks', 'vectors.json')))
    expect(sign.length).toBeGreaterThan(0)
    for (const { secret, id, timestamp, payload, signature } of sign) {
      expect(signatureOf(secret, id, timestamp, payload)).toBe(signature)
      expect(signatureOf(secret.replace('whsec_', ''), id, timestamp, payload)).toBe(signature)
      const headers = { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signature }
      const raw = (changed: Readonly<Record<string, string>>, body = payload): RawRequest => ({
        method: 'POST',
        url: '',
        headers: { ...headers, ...changed },
        body: Buffer.from(body),
      })
      const judge = (changed: Readonly<Record<string, string>>, seconds = timestamp, body = payload) =>
        isProven(proof, { ...settings, webhookSecret: secret }, raw(changed, body), seconds * 1000)
      const cases: readonly (readonly [boolean, boolean])[] = [
        [judge({}), true],
        [judge({ 'webhook-id': '' }), false],
        [judge({ 'webhook-timestamp': '' }), false],
        [judge({ 'webhook-timestamp': 'hello' }), false],
        [judge({ 'webhook-signature': '' }), false],
        [judge({ 'webhook-signature': 'v1,dawfeoifkpqwoekfpqoekf' }), false],
        [judge({ 'webhook-signature': signature.slice(0, 8) }), false],
        [judge({ 'webhook-signature': 'v1,' }), false],
        [judge({}, timestamp + 301), false],
        [judge({}, timestamp - 301), false],
        [judge({ 'webhook-signature': `v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc= v2,x ${signature}` }), true],
        [judge({}, timestamp, `${payload} `), false],
      ]
      expect(cases.map(([given]) => given)).toEqual(cases.map(([, expected]) => expected))
    }
  })
})
