import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { isProven } from '../../core/host/proof.ts'
import { changeOf, push, pushOne } from '../conformance/delivery.ts'
import { atWorkbench, person, type Workbench } from '../conformance/workbench.ts'
import { subjectOf } from '../contracts/exercise.ts'
import { pulled } from './pulled.ts'

const subject = await subjectOf('brevo')
const ada = 'ada@example.test'
const at = (work: Parameters<typeof atWorkbench>[1]) => atWorkbench(subject, work)
const batch = z.object({ contacts: z.array(z.unknown()) })
const sizes = (requests: readonly SandboxRequest[]) =>
  requests.filter(({ path }) => path.endsWith('/contacts/batch')).map(({ body }) => batch.parse(body).contacts.length)
const emails = Array.from({ length: 8 }, (_, index) => `p${index}@example.test`)

describe('a batch', () => {
  it('that one contact spoils is halved until that one stands alone', () =>
    at(async (bench) => {
      const { sandbox, connector, requests } = bench
      sandbox.seed(emails.map((email) => person(email, { OFFER: 'before' })))
      const fieldsOf = (index: number) => (index === 5 ? { SMS: 'no number', OFFER: 'x' } : { OFFER: 'x' })
      const changes = emails.map((email, index) => changeOf(connector, email, { fields: fieldsOf(index) }))
      const receipts = [...(await push(bench, changes)).values()]
      expect(receipts.filter(({ status }) => status === 'applied')).toHaveLength(7)
      expect(receipts.filter(({ status }) => status === 'rejected')).toMatchObject([
        { contact: 'contact of p5@example.test', reason: expect.stringContaining('Invalid phone number') },
      ])
      expect(sizes(requests)).toEqual([8, 4, 4, 2, 1, 1, 2])
    }))

  it('is read back with one request for all who changed', () =>
    at(async (bench) => {
      bench.sandbox.seed(emails.map((email) => person(email, { OFFER: 'before' })))
      await push(
        bench,
        emails.map((email) => changeOf(bench.connector, email, { fields: { OFFER: 'x' } })),
      )
      expect(bench.requests.filter(({ path }) => path.includes('/contacts?'))).toHaveLength(1)
      expect(bench.requests).toHaveLength(emails.length + 2)
    }))

  it('holds no word on who may be written to, and blacklisted contacts stay so', () =>
    at(async (bench) => {
      bench.sandbox.seed([{ ...person(ada, { OFFER: 'before' }), consent: false }])
      await pushOne(bench, ada, { fields: { OFFER: 'x' } })
      expect(bench.seen(ada)).toMatchObject({ consent: false, fields: { OFFER: 'x' } })
      expect(JSON.stringify(bench.requests.map(({ body }) => body ?? ''))).not.toMatch(/blacklist/i)
    }))

  it.each([
    ['an attribute that the account does not have', { GHOST: 'x' }, 'GHOST'],
    ['a value of another type', { SCORE: 'many' }, 'SCORE'],
  ])('that drops %s with 204 is not taken for applied', (_, fields, field) =>
    at(async (bench) => {
      bench.sandbox.seed([person(ada, { SCORE: 7 })])
      expect(await pushOne(bench, ada, { fields })).toMatchObject({ status: 'rejected', field })
    }),
  )
})

const withoutFirst = (bench: Workbench) => {
  const state = z.looseObject({ contacts: z.array(z.unknown()) }).parse(bench.sandbox.state())
  bench.sandbox.restore({ ...state, contacts: state.contacts.slice(1) })
}
describe('a pull', () => {
  it('misses nobody when somebody is deleted between two pages', () =>
    at(async (bench) => {
      const many = Array.from({ length: 510 }, (_, index) => `many-${index}@example.test`)
      bench.sandbox.seed(many.map((email) => person(email)))
      let pages = 0
      bench.breakBy(({ path }) => {
        pages += path.includes('/contacts?') ? 1 : 0
        if (pages === 2) withoutFirst(bench)
        return null
      })
      const ids = (await pulled(bench)).records.map(({ identifiers }) => identifiers[0]?.value)
      expect(new Set(ids)).toEqual(new Set(many))
    }))

  it('misses nobody who changes on a page that was read before', () =>
    at(async (bench) => {
      const { sandbox, clock } = bench
      const many = Array.from({ length: 510 }, (_, index) => `many-${index}@example.test`)
      sandbox.seed(many.map((email) => person(email, { OFFER: 'before' })))
      clock.now += 3_600_000
      let pages = 0
      bench.breakBy(({ path }) => {
        pages += path.includes('/contacts?') ? 1 : 0
        if (pages !== 2) return null
        sandbox.seed([person('many-0@example.test', { OFFER: 'after' })])
        clock.now += 5000
        sandbox.seed([person('many-509@example.test', { OFFER: 'after' })])
        pages += 1
        return null
      })
      const { cursor } = await pulled(bench)
      const { records, cursor: after } = await pulled(bench, cursor)
      expect(records.map(({ identifiers }) => identifiers[0]?.value)).toEqual(['many-0@example.test'])
      clock.now += 3_600_000
      const rest = await pulled(bench, after)
      expect([rest.records, rest.cursor?.includes('contact:')]).toEqual([[], true])
    }))

  it('tells who is blacklisted, and takes nobody else for having agreed', () =>
    at(async (bench) => {
      bench.sandbox.seed([person(ada), { ...person('bob@example.test'), consent: false }])
      const told = (await pulled(bench)).records.map((record) => record.kind === 'contact' && record.consent)
      expect(told).toEqual([undefined, false])
    }))
})

const now = Date.UTC(2026, 10, 21, 12)
const delivery = (items: unknown, token = 'sandbox-webhook-token') => ({
  method: 'POST',
  url: '/v1/hooks/brevo',
  headers: { authorization: `Bearer ${token}` },
  body: Buffer.from(JSON.stringify(items)),
})
const event = (name: string) => ({
  event: name,
  email: ada,
  camp_id: 12,
  'campaign name': 'Autumn',
  ts_event: 1_795_000_000,
})

describe('a webhook', () => {
  it('may be one event or a list of them', () =>
    at(async ({ connector, context }) => {
      const { settings } = context('read')
      const parse = (items: unknown) => connector.webhook?.parse(settings, delivery(items)) ?? []
      expect(parse(event('unsubscribe'))).toMatchObject([{ kind: 'contact', consent: false, fields: {} }])
      expect(
        parse([event('spam'), event('opened'), { ...event('click'), URL: 'https://x.example' }, event('delivered')]),
      ).toMatchObject([
        { kind: 'contact', consent: false },
        { kind: 'event', event: 'Email Opened', properties: { campaign_id: 12, campaign_name: 'Autumn' } },
        { kind: 'event', event: 'Email Link Clicked', properties: { link_url: 'https://x.example' } },
      ])
    }))

  it.each([
    ['sandbox-webhook-token', true],
    ['another-token', false],
    ['', false],
  ])('with the token "%s" is proven: %s', (token, isGood) =>
    at(async ({ connector, context }) => {
      const { webhook } = connector
      expect(webhook && isProven(webhook.proof, context('read').settings, delivery([], token), now)).toBe(isGood)
    }),
  )
})

describe('setup', () => {
  it('makes the webhook with the token, once', () =>
    at(async ({ connector, context, sandbox, url, requests }) => {
      const settings = { ...sandbox.settings(url), webhookUrl: 'https://hub.example/v1/hooks/brevo' }
      const setUp = () => connector.setup?.(context('setup', { settings }), { fields: [], memberships: [] })
      expect((await setUp())?.created).toEqual(['webhook for marketing events'])
      expect((await setUp())?.created).toEqual([])
      expect(requests.filter(({ method }) => method === 'POST').map(({ body }) => body)).toMatchObject([
        { type: 'marketing', auth: { type: 'bearer', token: 'sandbox-webhook-token' } },
      ])
    }))
})

describe('observed rules', () => {
  it('are segments, and campaigns that are on', () =>
    at(async (bench) => {
      const segment = { id: 3, segmentName: 'VIP', categoryName: 'Buyers', updatedAt: '2026-11-01T00:00:00.000Z' }
      const campaign = {
        id: 9,
        name: 'Autumn',
        subject: 'New headphones',
        status: 'queued',
        recipients: { lists: [2, 5] },
      }
      const answers = {
        '/v3/contacts/segments': { segments: [segment] },
        '/v3/emailCampaigns': { campaigns: [campaign] },
      }
      bench.breakBy(({ path }) => {
        const json = Object.entries(answers).find(([start]) => path.startsWith(start))?.[1]
        return json ? { status: 200, json } : null
      })
      expect(await bench.connector.observedRules?.(bench.context('read'))).toMatchObject([
        { id: 'segment:3', name: 'VIP', kind: 'segment', audience: 'Buyers', changedAt: segment.updatedAt },
        { id: 'campaign:9', kind: 'campaign', active: true, audience: 'lists 2, 5', says: 'New headphones' },
      ])
    }))
})
