import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { isProven } from '../../core/host/proof.ts'
import { required } from '../conformance/check.ts'
import { changeOf, erase, push, pushOne } from '../conformance/delivery.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { at, pullFrom } from './subject.ts'

const [ada, bob] = ['ada@example.test', 'bob@example.test']
const vip = { kind: 'tag', name: 'VIP' }
const atContentful = at('contentful')
const base = '/spaces/sandbox/environments/master'
const writes = ({ requests }: Workbench) =>
  requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path.replace(base, '')}`)

const values = z.record(z.string(), z.record(z.string(), z.unknown()))
const entry = z.looseObject({
  sys: z.looseObject({ id: z.string(), version: z.number(), publishedVersion: z.number().optional() }),
  fields: values,
  metadata: z.looseObject({}),
})
const state = z.looseObject({ entries: z.array(entry), types: z.record(z.string(), z.unknown()), secret: z.unknown() })
type State = z.output<typeof state>
const firstOf = ({ sandbox }: Workbench) => required(state.parse(sandbox.state()).entries[0])
/** Something that happens in Contentful itself. */
const alter = ({ sandbox }: Workbench, how: (held: State) => State) =>
  sandbox.restore(how(state.parse(sandbox.state())))
const alterFirst = (bench: Workbench, how: (first: State['entries'][number]) => object) =>
  alter(bench, ({ entries: [first, ...rest], ...held }) => ({
    ...held,
    entries: [entry.parse({ ...first, ...how(required(first)) }), ...rest],
  }))

describe('a version that is not the last one', () => {
  it(
    'is a conflict that is tried again, so that nothing of somebody else is written over',
    atContentful(async (bench) => {
      bench.sandbox.seed([person(ada, { hero: 'old', other: 'old' })])
      let edits = 0
      bench.breakBy(({ method }) => {
        if (method === 'PUT' && edits++ === 0) bench.sandbox.seed([person(ada, { other: 'by an editor' })])
        return null
      })
      expect((await pushOne(bench, ada, { fields: { hero: 'new' } })).status).toBe('retry')
      expect(bench.seen(ada)?.fields).toEqual({ hero: 'old', other: 'by an editor' })
      expect((await pushOne(bench, ada, { fields: { hero: 'new' } })).status).toBe('applied')
      expect(bench.seen(ada)?.fields).toEqual({ hero: 'new', other: 'by an editor' })
    }),
  )

  it(
    'is a conflict when it is to be published, too',
    atContentful(async (bench) => {
      bench.sandbox.seed([person(ada, { hero: 'old' })])
      bench.breakBy(({ path }) => {
        if (path.endsWith('/published')) bench.sandbox.seed([person(ada, { hero: 'by an editor' })])
        return null
      })
      expect((await pushOne(bench, ada, { fields: { hero: 'new' } })).status).toBe('retry')
    }),
  )

  it(
    'is what two who make the same visitor at once come to: there is one',
    atContentful(async (bench) => {
      bench.sandbox.seed([person(bob, { hero: 'x' })])
      const step = { create: true, fields: { hero: 'x' } }
      const change = changeOf(bench.connector, ada, step)
      const twice = [change, { ...change, contact: { ...change.contact, id: 'again' } }]
      const receipts = await push(bench, twice)
      expect([...receipts.values()].map(({ status }) => status).sort()).toEqual(['applied', 'retry'])
      expect(bench.sandbox.contacts()).toHaveLength(2)
    }),
  )
})

describe('what is written', () => {
  it(
    'keeps other locales, concepts and tags, although a write replaces the whole entry',
    atContentful(async (bench) => {
      bench.sandbox.seed([{ ...person(ada, { hero: 'old' }), memberships: ['tag/Press', 'tag/VIP'] }])
      const concept = { sys: { type: 'Link', linkType: 'TaxonomyConcept', id: 'c1' } }
      alterFirst(bench, ({ fields, metadata }) => ({
        fields: { ...fields, hero: { 'en-US': 'old', de: 'alt' } },
        metadata: { ...metadata, concepts: [concept] },
      }))
      expect((await pushOne(bench, ada, { fields: { hero: null }, leave: [vip] })).status).toBe('applied')
      const { fields, metadata } = firstOf(bench)
      expect(fields).toEqual({ email: { 'en-US': ada }, hero: { de: 'alt' } })
      expect(metadata).toMatchObject({ concepts: [concept] })
      expect(bench.seen(ada)?.memberships).toEqual(['tag/Press'])
    }),
  )

  it(
    'is published, also where only that was left undone',
    atContentful(async (bench) => {
      bench.sandbox.seed([person(ada, { hero: 'old' })])
      bench.breakBy(({ path }) => (path.endsWith('/published') ? { status: 503, json: {} } : null))
      await expect(pushOne(bench, ada, { fields: { hero: 'new' } })).rejects.toMatchObject({ kind: 'transient' })
      bench.breakBy(() => null)
      expect((await pushOne(bench, ada, { fields: { hero: 'new' } })).status).toBe('applied')
      const { version, publishedVersion = 0 } = firstOf(bench).sys
      expect(version).toBe(publishedVersion + 1)
      expect((await pushOne(bench, ada, { fields: { hero: 'new' } })).status).toBe('unchanged')
    }),
  )

  it(
    'stays a draft where settings say so',
    atContentful(async (bench) => {
      bench.sandbox.seed([person(bob, { hero: 'x' })])
      const change = changeOf(bench.connector, ada, { create: true, fields: { hero: 'x' } })
      const settings = { ...bench.sandbox.settings(bench.url), publish: false }
      for (const expected of ['applied', 'unchanged'])
        expect([...(await push(bench, [change], { settings })).values()]).toMatchObject([{ status: expected }])
      expect(writes(bench).filter((call) => call.endsWith('/published'))).toEqual([])
    }),
  )

  it(
    'leaves no draft behind of a new visitor who is refused',
    atContentful(async (bench) => {
      bench.sandbox.seed([person(bob, { hero: 'x' })])
      const receipt = await pushOne(bench, bench.sandbox.refused, { create: true, fields: { hero: 'x' } })
      expect(receipt).toMatchObject({ status: 'rejected', field: 'email' })
      expect(bench.sandbox.contacts().map(({ email }) => email)).toEqual([bob])
    }),
  )

  const refusals = [
    ['a field that the type does not have', { nope: 'x' }, 'nope'],
    ['a value of another type', { score: 'much' }, 'score'],
  ] as const
  for (const [what, fields, field] of refusals)
    it(
      `is refused for ${what}, by name`,
      atContentful(async (bench) => {
        bench.sandbox.seed([person(ada, { score: 1 })])
        expect(await pushOne(bench, ada, { fields })).toMatchObject({ status: 'rejected', field })
      }),
    )

  it(
    'is not written to an archived entry',
    atContentful(async (bench) => {
      bench.sandbox.seed([person(ada, { hero: 'old' })])
      alterFirst(bench, ({ sys }) => ({ sys: { ...sys, archivedVersion: 2 } }))
      expect((await pushOne(bench, ada, { fields: { hero: 'new' } })).status).toBe('rejected')
      expect(writes(bench)).toEqual([])
    }),
  )
})

it(
  'an entry is unpublished before it is deleted',
  atContentful(async (bench) => {
    bench.sandbox.seed([person(ada)])
    const path = `/entries/${firstOf(bench).sys.id}`
    expect(await erase(bench, [ada])).toEqual(['applied'])
    expect(writes(bench)).toEqual([`DELETE ${path}/published`, `DELETE ${path}`])
  }),
)

it(
  'more entries of one instant than fit on a page are all pulled, once',
  atContentful(async (bench) => {
    bench.sandbox.seed(Array.from({ length: 230 }, (_, index) => person(`p${index}@example.test`)))
    bench.clock.now += 60_000
    const { records, cursor } = await pullFrom(bench, null)
    expect(new Set(records.map(({ id }) => id)).size).toBe(230)
    expect(records).toHaveLength(230)
    expect((await pullFrom(bench, cursor)).records).toEqual([])
  }),
)

describe('setup', () => {
  const field = { name: 'hero', type: 'url', label: 'Hero', writable: true } as const
  const needs = { fields: [field], memberships: [vip] }
  it(
    'creates and activates the content type where it is missing, with the webhook and its secret',
    atContentful(async (bench) => {
      alter(bench, ({ types: { leitsternVisitor: _, ...types }, ...held }) => ({ ...held, types }))
      await expect(bench.connector.fields?.(bench.context('read'))).rejects.toMatchObject({ kind: 'config' })
      const report = await bench.connector.setup?.(bench.context('setup'), needs)
      expect(report?.created).toEqual([
        'content type leitsternVisitor',
        'field hero',
        'tag VIP',
        'webhook',
        'signing secret of webhooks',
      ])
      const receipt = await pushOne(bench, ada, { create: true, fields: { hero: '/x' }, join: [vip] })
      expect(receipt.status).toBe('applied')
      expect((await bench.connector.setup?.(bench.context('setup'), needs))?.created).toEqual([])
    }),
  )

  it(
    'never replaces the signing secret that a space has',
    atContentful(async (bench) => {
      const secret = 'another'.padEnd(64, 'z')
      alter(bench, (held) => ({ ...held, secret }))
      const report = await bench.connector.setup?.(bench.context('setup'), needs)
      expect(report?.manual).toEqual([expect.stringContaining('signing secret of webhooks')])
      expect(state.parse(bench.sandbox.state()).secret).toBe(secret)
    }),
  )
})

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

describe('what editors keep', () => {
  const made = (id: string, type: string, fields: object) => ({
    sys: {
      id,
      type: 'Entry',
      version: 2,
      publishedVersion: 1,
      publishedAt: '2026-11-20T00:00:00.000Z',
      createdAt: '2026-11-20T00:00:00.000Z',
      updatedAt: '2026-11-20T00:00:00.000Z',
      contentType: { sys: { type: 'Link', linkType: 'ContentType', id: type } },
    },
    fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { 'en-US': value }])),
    metadata: { tags: [] },
  })
  const addAll = (bench: Workbench, ...all: readonly object[]) =>
    alter(bench, (held) => ({ ...held, entries: [...held.entries, ...all.map((one) => entry.parse(one))] }))

  it(
    'is found by title, and visitors are no content',
    atContentful(async (bench) => {
      bench.sandbox.seed([person(ada, { hero: 'care' })])
      addAll(
        bench,
        made('a1', 'article', { title: 'How to care for headphones' }),
        made('a2', 'article', { title: 'News' }),
      )
      const context = bench.context('read')
      expect(await bench.connector.content?.(context, 'CARE', 5)).toMatchObject([
        { id: 'a1', title: 'How to care for headphones', kind: 'article', locale: 'en-US' },
      ])
      expect(await bench.connector.content?.(context, '', 5)).toHaveLength(2)
      expect(await bench.connector.content?.(context, '', 1)).toHaveLength(1)
    }),
  )

  it(
    'of Personalization is seen as rules, where the space has it',
    atContentful(async (bench) => {
      expect(await bench.connector.observedRules?.(bench.context('read'))).toEqual([])
      const type = (id: string) => ({
        sys: { id, type: 'ContentType', version: 2, publishedVersion: 1 },
        name: id,
        fields: [],
      })
      alter(bench, (held) => ({ ...held, types: { ...held.types, nt_experience: type('nt_experience') } }))
      const audience = { sys: { type: 'Link', linkType: 'Entry', id: 'au1' } }
      addAll(
        bench,
        made('au1', 'nt_audience', { nt_name: 'Returning visitors' }),
        made('ex1', 'nt_experience', { nt_name: 'Hero', nt_type: 'nt_experiment', nt_audience: audience }),
      )
      expect(await bench.connector.observedRules?.(bench.context('read'))).toMatchObject([
        { id: 'ex1', name: 'Hero', kind: 'experiment', active: true, audience: 'Returning visitors', says: null },
      ])
    }),
  )
})

it(
  'a locale that the environment does not have is told by check',
  atContentful(async (bench) => {
    const settings = { ...bench.sandbox.settings(bench.url), locale: 'fr' }
    await expect(bench.connector.check(bench.context('read', { settings }))).rejects.toMatchObject({ kind: 'config' })
  }),
)
