import { describe, expect, it } from 'vitest'
import { pushOne } from '../conformance/delivery.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { alter, entry, state } from './contentful-space.ts'
import { at } from './subject.ts'

const ada = 'ada@example.test'
const vip = { kind: 'tag', name: 'VIP' }
const atContentful = at('contentful')

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
