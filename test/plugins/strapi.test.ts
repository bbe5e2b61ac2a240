import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Hint } from '../../core/contract/webhook.ts'
import { required } from '../conformance/check.ts'
import { changeOf, erase, idOf, push, pushOne } from '../conformance/delivery.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { at, pullFrom } from './subject.ts'

const [ada, bob] = ['ada@example.test', 'bob@example.test']
const atStrapi = at('strapi')
const writes = ({ requests }: Workbench) =>
  requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`)
const visitors = z.object({ visitors: z.array(z.looseObject({ id: z.number(), documentId: z.string() })) })
const firstOf = ({ sandbox }: Workbench) => required(visitors.parse(sandbox.state()).visitors[0])

describe('a visitor', () => {
  it(
    'is addressed by documentId, and never by the number, which changes with every write',
    atStrapi(async (bench) => {
      bench.sandbox.seed([person(ada, { hero: 'old' })])
      const before = firstOf(bench)
      const receipt = await pushOne(bench, ada, { fields: { hero: 'new' } })
      expect(receipt).toEqual({ contact: idOf(ada), status: 'applied', remoteId: before.documentId })
      expect(firstOf(bench).id).not.toBe(before.id)
      await pushOne(bench, ada, { fields: { hero: 'newer' } })
      await erase(bench, [ada])
      const path = `/api/visitors/${before.documentId}`
      expect(writes(bench)).toEqual([`PUT ${path}`, `PUT ${path}`, `DELETE ${path}`])
      expect(bench.sandbox.contacts()).toEqual([])
    }),
  )

  it(
    'who was never there is not reported as erased, although Strapi would answer 204',
    atStrapi(async (bench) => {
      bench.sandbox.seed([person(ada)])
      expect(await erase(bench, [bob])).toEqual(['unchanged'])
      expect(writes(bench)).toEqual([])
    }),
  )

  it(
    'who is still there after a 204 is not reported as erased either',
    atStrapi(async (bench) => {
      bench.sandbox.seed([person(ada)])
      bench.breakBy(({ method }) => (method === 'DELETE' ? { status: 204 } : null))
      expect(await erase(bench, [ada])).toEqual(['retry'])
    }),
  )

  it(
    'whose address is spelled otherwise is not created twice',
    atStrapi(async (bench) => {
      bench.sandbox.seed([person('Ada@Example.test', { hero: 'old' })])
      expect((await pushOne(bench, ada, { create: true, fields: { hero: 'x' } })).status).toBe('applied')
      expect(bench.sandbox.contacts()).toHaveLength(1)
    }),
  )

  it(
    'whom somebody else makes in the moment between is tried again',
    atStrapi(async (bench) => {
      bench.sandbox.seed([person(bob, { hero: 'x' })])
      bench.breakBy(({ method }) => {
        if (method === 'POST') bench.sandbox.seed([person(ada)])
        return null
      })
      expect((await pushOne(bench, ada, { create: true, fields: { hero: 'x' } })).status).toBe('retry')
    }),
  )

  it(
    'who holds all of it already is not written, since every write counts as a change',
    atStrapi(async (bench) => {
      bench.sandbox.seed([person(ada, { hero: 'x', score: 1 })])
      const receipt = await pushOne(bench, ada, { fields: { hero: 'x', score: 1 } })
      expect([receipt.status, writes(bench)]).toEqual(['unchanged', []])
    }),
  )
})

describe('a refusal', () => {
  const cases = [
    ['a key that the type does not have', { nope: 'x' }, 'nope'],
    ['a value of another type', { score: 'much' }, 'score'],
  ] as const
  for (const [what, fields, field] of cases)
    it(
      `of ${what} names the field, and spoils nobody else`,
      atStrapi(async (bench) => {
        bench.sandbox.seed([person(ada, { score: 1 }), person(bob)])
        const receipts = await push(bench, [
          changeOf(bench.connector, ada, { fields }),
          changeOf(bench.connector, bob, { fields: { score: 2 } }),
        ])
        expect(receipts.get(idOf(ada))).toMatchObject({ status: 'rejected', field })
        expect(receipts.get(idOf(bob))?.status).toBe('applied')
      }),
    )

  it(
    'by silence counts, too: what the answer does not show has not arrived',
    atStrapi(async (bench) => {
      bench.sandbox.seed([person(ada, { hero: 'old', secret: 'old' })])
      bench.breakBy((request) => {
        const reply = bench.sandbox.handle(request)
        const hidden = JSON.stringify(reply.json ?? null).replace(/"secret":"\w+",?/g, '')
        return { ...reply, json: JSON.parse(hidden) }
      })
      const receipt = await pushOne(bench, ada, { fields: { secret: 'new' } })
      expect(receipt).toMatchObject({ status: 'rejected', field: 'secret' })
    }),
  )
})

it(
  'a server that is set to shorter pages is read to its end',
  atStrapi(async (bench) => {
    bench.sandbox.seed(Array.from({ length: 40 }, (_, index) => person(`p${index}@example.test`)))
    bench.breakBy((request) => bench.sandbox.handle({ ...request, path: request.path.replace('%5D=100', '%5D=7') }))
    bench.clock.now += 60_000
    expect((await pullFrom(bench, null)).records).toHaveLength(40)
  }),
)

describe('setup', () => {
  const field = { name: 'hero', type: 'url', label: 'Hero', writable: true } as const
  it(
    'says what to add to schema.json, attribute by attribute',
    atStrapi(async (bench) => {
      bench.sandbox.seed([person(ada, { score: 'a text' })])
      const needs = { fields: [field, { ...field, name: 'score', type: 'number' as const }], memberships: [] }
      const report = await bench.connector.setup?.(bench.context('setup'), needs)
      expect(report).toMatchObject({ created: [], present: [] })
      expect(report?.manual).toEqual([
        expect.stringContaining('"hero": { "type": "text" }'),
        expect.stringContaining('must be "score": { "type": "float" }'),
      ])
    }),
  )

  it(
    'gives the whole of schema.json where the type is missing',
    atStrapi(async (bench) => {
      const settings = { ...bench.sandbox.settings(bench.url), collection: 'lead-visitors', webhookSecret: undefined }
      const ctx = bench.context('setup', { settings })
      const report = await bench.connector.setup?.(ctx, { fields: [field], memberships: [] })
      const [schema = '', webhook] = report?.manual ?? []
      const json = /with (\{.*\}), with its core router/.exec(schema)?.[1] ?? ''
      expect(JSON.parse(json)).toEqual({
        kind: 'collectionType',
        collectionName: 'lead_visitors',
        info: { singularName: 'lead-visitor', pluralName: 'lead-visitors', displayName: 'lead-visitor' },
        options: { draftAndPublish: false },
        attributes: { email: { type: 'email', unique: true }, hero: { type: 'text' } },
      })
      expect(webhook).toContain('x-leitstern-secret')
      await expect(bench.connector.check(ctx)).rejects.toMatchObject({ kind: 'config' })
    }),
  )
})

it(
  'content comes in each of its languages, with where readers find it',
  atStrapi(async (bench) => {
    const found = await bench.connector.content?.(bench.context('read'), '', 5)
    expect(found).toMatchObject([
      { id: 'article1:de', kind: 'articles', locale: 'de', title: 'Pflege für Kopfhörer' },
      { id: 'article1:en', url: 'https://site.example/en/how-to-care-for-headphones' },
    ])
    expect(await bench.connector.content?.(bench.context('read'), 'KOPF', 5)).toHaveLength(1)
    expect(await bench.connector.content?.(bench.context('read'), '', 1)).toHaveLength(1)
  }),
)

it(
  'a webhook about an entry that is no visitor, or gone, comes to nothing',
  atStrapi(async (bench) => {
    bench.sandbox.seed([person(ada, { hero: 'x' })])
    const hint = (id: string, remoteId: string): Hint => {
      return { kind: 'hint', id, at: '2026-11-22T00:00:00.000Z', object: 'visitor', remoteId }
    }
    const hints = [hint('of an article', 'article1'), hint('of Ada', firstOf(bench).documentId)]
    expect(await bench.connector.recall?.(bench.context('read'), hints)).toMatchObject([
      { id: 'of Ada', identifiers: [{ value: ada }], fields: { hero: 'x' } },
    ])
  }),
)
