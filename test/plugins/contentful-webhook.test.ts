import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isProven } from '../../core/host/proof.ts'
import { required } from '../conformance/check.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { at } from './subject.ts'

const ada = 'ada@example.test'
const _vip = { kind: 'tag', name: 'VIP' }
const atContentful = at('contentful')

describe('a webhook', () => {
  // A request as Contentful's own toolkit for Node signs it.
  const secret = `${'a'.repeat(32)}${'b'.repeat(32)}`
  const sentAt = 1_767_225_600_000
  const body = '{"sys":{"id":"5KsDBWseXY6QegucYAoacS","type":"Entry"},"fields":{"title":{"en-US":"Hello, World!"}}}'
  const request = {
    method: 'POST',
    url: '/trigger/SW5zdGFuY2VGbG93Q29uZmlnOjE=',
    headers: {
      'content-type': 'application/vnd.contentful.management.v1+json',
      'x-contentful-topic': 'ContentManagement.Entry.publish',
      'x-contentful-signature': '8dec81505760a10b542fbc36d3aa0a772b11f759eca7b2351daaf5bba8c7c6f1',
      'x-contentful-signed-headers':
        'content-type,x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic',
      'x-contentful-timestamp': String(sentAt),
    },
    body: Buffer.from(body),
  }
  const judge = (bench: Workbench, sent: typeof request, now: number) => {
    const given = { ...bench.sandbox.settings(bench.url), webhookUrl: undefined, webhookSecret: secret }
    return isProven(required(bench.connector.webhook).proof, bench.connector.settings.parse(given), sent, now)
  }
  const withHeaders = (headers: object) => ({ ...request, headers: { ...request.headers, ...headers } })

  it(
    'is proven as its vendor signs it, for 30 seconds',
    atContentful(async (bench) => {
      expect(judge(bench, request, sentAt + 30_000)).toBe(true)
      expect(judge(bench, request, sentAt + 30_001)).toBe(false)
    }),
  )

  it(
    'is refused where a signed header differs, or its time is not signed',
    atContentful(async (bench) => {
      expect(judge(bench, withHeaders({ 'x-contentful-topic': 'ContentManagement.Entry.save' }), sentAt)).toBe(false)
      expect(judge(bench, { ...request, url: '/elsewhere' }, sentAt)).toBe(false)
      const canonical = `POST\n${request.url}\ncontent-type:${request.headers['content-type']}\n${body}`
      const signature = createHmac('sha256', secret).update(canonical).digest('hex')
      const timeless = { 'x-contentful-signed-headers': 'content-type', 'x-contentful-signature': signature }
      expect(judge(bench, withHeaders(timeless), sentAt)).toBe(false)
    }),
  )

  it(
    'about an entry of another type comes to nothing, and a hint to what the entry is now',
    atContentful(async (bench) => {
      bench.sandbox.seed([person(ada, { hero: 'x' })])
      const settings = bench.connector.settings.parse(bench.sandbox.settings(bench.url))
      const { parse } = required(bench.connector.webhook)
      const sent = required(bench.sandbox.webhook)(ada, bench.clock.now)
      expect(parse({ ...settings, contentType: 'article' }, sent)).toEqual([])
      const hints = parse(settings, sent).flatMap((one) => (one.kind === 'hint' ? [one] : []))
      bench.sandbox.seed([person(ada, { hero: 'y' })])
      expect(await bench.connector.recall?.(bench.context('read'), hints)).toMatchObject([
        { id: hints[0]?.id, identifiers: [{ value: ada }], fields: { hero: 'y' } },
      ])
    }),
  )
})
