import { describe, expect, it } from 'vitest'
import { changeOf, erase, push, pushOne } from '../conformance/delivery.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { alterFirst, firstOf } from './contentful-space.ts'
import { at, pullFrom } from './subject.ts'

const [ada, bob] = ['ada@example.test', 'bob@example.test']
const vip = { kind: 'tag', name: 'VIP' }
const atContentful = at('contentful')
const base = '/spaces/sandbox/environments/master'
const writes = ({ requests }: Workbench) =>
  requests.filter(({ method }) => method !== 'GET').map(({ method, path }) => `${method} ${path.replace(base, '')}`)

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
