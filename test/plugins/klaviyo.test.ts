import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { changeOf, contactOf, idOf, push, pushOne } from '../conformance/delivery.ts'
import { atWorkbench, person } from '../conformance/workbench.ts'
import { subjectOf } from '../contracts/exercise.ts'
import { vendorSpec } from '../contracts/spec.ts'
import { shared } from '../core/profile/shared.ts'
import { pulled } from './pulled.ts'

const subject = await subjectOf('klaviyo')
const ada = 'ada@example.test'
const at = (work: Parameters<typeof atWorkbench>[1]) => atWorkbench(subject, work)
const isImport = ({ method, path }: SandboxRequest) => method === 'POST' && path.endsWith('/profile-bulk-import-jobs')

const profile = z.object({
  attributes: z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() }),
  meta: z.unknown().optional(),
})
const imports = z.object({
  data: z.object({ attributes: z.object({ profiles: z.object({ data: z.array(profile) }) }) }),
})
const state = z.looseObject({
  profiles: z.array(z.looseObject({ id: z.string(), properties: z.record(z.string(), z.unknown()) })),
})

describe('emptying a field of a profile', () => {
  it('unsets a property, for one that is set to null would still count as set', () =>
    at(async (bench) => {
      bench.sandbox.seed([person(ada, { offer: 'headphones', other: 'stays' })])
      await pushOne(bench, ada, { fields: { offer: null } })
      const [sent] = imports.parse(bench.requests.find(isImport)?.body).data.attributes.profiles.data
      expect(sent?.meta).toEqual({ patch_properties: { unset: ['offer'] } })
      expect(sent?.attributes).not.toHaveProperty('properties')
      expect(state.parse(bench.sandbox.state()).profiles[0]?.properties).toEqual({ other: 'stays' })
    }))

  it('sends null for an attribute of Klaviyo itself, and for an empty text too', () =>
    at(async (bench) => {
      bench.sandbox.seed([person(ada)])
      await pushOne(bench, ada, { fields: { first_name: null, last_name: '' } })
      const [sent] = imports.parse(bench.requests.find(isImport)?.body).data.attributes.profiles.data
      expect(sent).toMatchObject({ attributes: { first_name: null, last_name: null } })
      expect(sent?.meta).toBeUndefined()
    }))
})

describe('an import', () => {
  it('leaves an address alone that was changed in Klaviyo since', () =>
    at(async (bench) => {
      bench.sandbox.seed([person('old@example.test')])
      const receipt = await pushOne(bench, 'old@example.test', { fields: { offer: 'x' } })
      const remoteId = 'remoteId' in receipt ? receipt.remoteId : undefined
      const text = JSON.stringify(bench.sandbox.state()).replaceAll('old@example.test', 'new@example.test')
      bench.sandbox.restore(JSON.parse(text))
      const again = await pushOne(bench, 'old@example.test', { fields: { offer: 'y' }, remoteId })
      expect(again).toEqual({ contact: idOf('old@example.test'), status: 'applied', remoteId })
      expect(bench.sandbox.contacts()).toMatchObject([{ email: 'new@example.test', fields: { offer: 'y' } }])
    }))

  it('is accepted under a ticket, and accepted again while it goes on', () =>
    at(async (bench) => {
      bench.sandbox.seed([person(ada)])
      const { connector, context } = bench
      const [receipt] =
        (await connector.push?.(context('write'), [changeOf(connector, ada, { fields: { a: 1 } })])) ?? []
      expect(receipt?.status).toBe('accepted')
      const ticket = receipt?.status === 'accepted' ? receipt.ticket : ''
      const contacts = [contactOf(connector, ada)]
      expect(await connector.settle?.(context('read'), ticket, contacts)).toEqual([
        { contact: idOf(ada), status: 'accepted', ticket },
      ])
      bench.clock.now += 60_000
      expect(await connector.settle?.(context('read'), ticket, contacts)).toMatchObject([{ status: 'applied' }])
    }))

  it('that Klaviyo has forgotten is tried again', () =>
    at(async ({ connector, context }) => {
      const receipts = await connector.settle?.(context('read'), 'NOSUCHJOB', [contactOf(connector, ada)])
      expect(receipts).toMatchObject([{ status: 'retry' }])
    }))

  it('blames nobody at random where it does not say who failed', () =>
    at(async (bench) => {
      bench.sandbox.seed([person(ada)])
      bench.breakBy(({ path }) => (path.includes('import-errors') ? { status: 200, json: { data: [] } } : null))
      const emails = [ada, bench.sandbox.refused]
      const changes = emails.map((email) => changeOf(bench.connector, email, { create: true, fields: { a: 1 } }))
      const receipts = [...(await push(bench, changes)).values()]
      expect(receipts.map(({ status }) => status)).toEqual(['retry', 'retry'])
    }))

  it('never says what somebody has agreed to', () =>
    at(async (bench) => {
      await pushOne(bench, 'new@example.test', { create: true, fields: { a: 1 } })
      expect(JSON.stringify(bench.requests.map(({ body }) => body ?? ''))).not.toMatch(/consent|subscri/i)
      expect(bench.seen('new@example.test')?.consent).toBeUndefined()
    }))

  it('names no address in the reason of a refusal', () =>
    at(async (bench) => {
      const receipt = await pushOne(bench, bench.sandbox.refused, { create: true, fields: { a: 1 } })
      expect(receipt).toMatchObject({ status: 'rejected', reason: expect.not.stringContaining('@') })
    }))
})

const opened = (id: string, datetime: string, profileId: string) => ({
  type: 'event',
  id,
  metric_id: 'METR01',
  attributes: { datetime, event_properties: { Subject: 'News', 'Campaign Name': 'Autumn' } },
  relationships: { profile: { data: { type: 'profile', id: profileId } } },
})

describe('a profile without an address', () => {
  it('is found by its number, joins and leaves lists, and is read back', () =>
    at(async (bench) => {
      const { connector, context, clock, requests } = bench
      const contact = { id: 'c1', key: { type: 'phone', value: '+15551234567' } }
      const vip = [{ kind: 'list', name: 'VIP' }]
      await connector.setup?.(context('setup'), { fields: [], memberships: vip })
      const change = { contact, create: true, fields: { offer: 'x' }, join: vip, leave: [] }
      await connector.push?.(context('write'), [change])
      clock.now += 60_000
      const read = async () =>
        (await connector.read?.(context('read'), [contact], { fields: ['offer'], memberships: vip }))?.get('c1')
      expect(await read()).toMatchObject({ fields: { offer: 'x' }, memberships: vip })
      const leaving = { ...change, fields: {}, join: [], leave: vip }
      expect(await connector.push?.(context('write'), [leaving])).toMatchObject([{ status: 'applied' }])
      expect(await read()).toMatchObject({ fields: { offer: 'x' }, memberships: [] })
      if (shared !== undefined)
        expect(requests.flatMap(vendorSpec('klaviyo', 'profiles.json', 'lists.json'))).toEqual([])
    }))
})

describe('a pull', () => {
  it('brings opens as events of whom Klaviyo names, each once, and resumes after them', () =>
    at(async (bench) => {
      const { sandbox, clock } = bench
      sandbox.seed([person(ada)])
      const [held] = state.parse(sandbox.state()).profiles
      const first = opened('E1', '2026-11-21T10:00:00+00:00', held?.id ?? '')
      sandbox.restore({ ...state.parse(sandbox.state()), events: [first] })
      const before = await pulled(bench)
      expect(before.records.filter(({ kind }) => kind === 'event')).toEqual([
        {
          kind: 'event',
          id: 'event:E1',
          at: '2026-11-21T10:00:00.000Z',
          identifiers: [{ type: 'email', value: ada }],
          remoteId: held?.id,
          event: 'Email Opened',
          properties: { email_subject: 'News', campaign_name: 'Autumn' },
        },
      ])
      clock.now += 60_000
      const second = opened('E2', '2026-11-21T10:00:00+00:00', held?.id ?? '')
      sandbox.restore({ ...state.parse(sandbox.state()), events: [first, second] })
      expect((await pulled(bench, before.cursor)).records.map(({ id }) => id)).toEqual(['event:E2'])
    }))

  it('tells consent and its withdrawal, and neither of who was never asked', () =>
    at(async (bench) => {
      const consents: readonly (boolean | undefined)[] = [true, false, undefined]
      bench.sandbox.seed(consents.map((consent, index) => ({ ...person(`p${index}@example.test`), consent })))
      const told = (await pulled(bench)).records.map((record) => (record.kind === 'contact' ? record.consent : null))
      expect(told).toEqual(consents)
    }))
})

describe('a webhook', () => {
  it('about consent is a hint, and what it stands at now is read', () =>
    at(async (bench) => {
      const { connector, context, sandbox, clock } = bench
      sandbox.seed([{ ...person(ada), consent: false }])
      const request = sandbox.webhook?.(ada, clock.now)
      const parsed = request ? (connector.webhook?.parse(context('read').settings, request) ?? []) : []
      const hints = parsed.flatMap((item) => (item.kind === 'hint' ? [item] : []))
      expect(hints).toHaveLength(1)
      expect(await connector.recall?.(context('read'), hints)).toMatchObject([
        { kind: 'contact', identifiers: [{ type: 'email', value: ada }], consent: false },
      ])
    }))
})

const rulesBy: Readonly<Record<string, unknown>> = {
  '/api/segments': {
    data: [
      {
        type: 'segment',
        id: 'S1',
        attributes: {
          name: 'VIP',
          updated: '2026-11-01T00:00:00+00:00',
          is_active: true,
          definition: { condition_groups: [] },
        },
        relationships: { 'flow-triggers': { data: [{ type: 'flow', id: 'F1' }] } },
      },
    ],
    included: [
      { type: 'flow', id: 'F1', attributes: { name: 'Welcome', status: 'live', archived: false, updated: null } },
    ],
  },
}
describe('observed rules', () => {
  it('are segments with their conditions, and flows with what triggers them', () =>
    at(async (bench) => {
      bench.breakBy(({ path }) => {
        const { pathname, searchParams } = new URL(path, bench.url)
        const json = rulesBy[pathname]
        const shown = searchParams.has('include') || json === undefined ? json : { ...json, included: [] }
        return json === undefined ? null : { status: 200, json: shown }
      })
      const rules = await bench.connector.observedRules?.(bench.context('read'))
      expect(rules).toMatchObject([
        { id: 'segment:S1', name: 'VIP', kind: 'segment', active: true, audience: '{"condition_groups":[]}' },
        { id: 'flow:F1', name: 'Welcome', kind: 'flow', active: true, audience: 'segment VIP', changedAt: null },
      ])
    }))
})

describe('setup', () => {
  it('says by hand where the account may not make webhooks by API', () =>
    at(async (bench) => {
      const { connector, context, sandbox, url } = bench
      const settings = { ...sandbox.settings(url), webhookUrl: 'https://hub.example/v1/hooks/klaviyo' }
      bench.breakBy(({ path }) => (path.includes('/webhooks') ? { status: 403, json: { errors: [] } } : null))
      const report = await connector.setup?.(context('setup', { settings }), { fields: [], memberships: [] })
      expect(report?.manual).toEqual([expect.stringMatching(/^webhook: .*Integrations, Webhooks/)])
    }))

  it('makes one webhook, once, for those of our topics that the account has', () =>
    at(async ({ connector, context, sandbox, url, requests }) => {
      const settings = { ...sandbox.settings(url), webhookUrl: 'https://hub.example/v1/hooks/klaviyo' }
      const setUp = () => connector.setup?.(context('setup', { settings }), { fields: [], memberships: [] })
      expect((await setUp())?.created).toEqual(['webhook Leitstern'])
      expect((await setUp())?.created).toEqual([])
      expect(requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
    }))
})
