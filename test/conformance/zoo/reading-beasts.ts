import { z } from 'zod'
import type { Holding } from '../../../core/contract/change.ts'
import type { Page, SourceRecord } from '../../../core/contract/record.ts'
import { required } from '../check.ts'
import { type Beast, good } from './beast.ts'

const { check } = good.connector
const [pull, read, fields] = [
  required(good.connector.pull),
  required(good.connector.read),
  required(good.connector.fields),
]

type Pull = typeof pull
type Read = typeof read
const turning = (turn: (page: Page) => Page): Pull =>
  async function* (ctx, cursor) {
    for await (const page of pull(ctx, cursor)) yield turn(page)
  }
const naming = (id: (record: SourceRecord) => string) =>
  turning((page) => ({ ...page, records: page.records.map((record) => ({ ...record, id: id(record) })) }))
const told: SourceRecord = { kind: 'contact', id: 'made-up', at: '2026-01-01T00:00:00Z', identifiers: [], fields: {} }

const holding =
  (turn: (held: Holding | null) => Holding | null): Read =>
  async (ctx, contacts, wanted) =>
    new Map([...(await read(ctx, contacts, wanted))].map(([contact, held]) => [contact, turn(held)]))
const nothing: Holding = { remoteId: 'lb0', fields: {}, memberships: [] }

export const readingBeasts: readonly Beast[] = [
  {
    does: 'never asks the tool who it is',
    connector: { check: async () => ({ account: 'me', epoch: '1' }) },
    caughtBy: ['check: names the account', 'check: another account'],
  },
  {
    does: 'takes every failure of its check for a success',
    connector: { check: async (ctx) => check(ctx).catch(() => ({ account: 'me', epoch: '1' })) },
    caughtBy: ['check: a wrong credential', 'check: a tool that fails'],
  },
  {
    does: 'has another epoch every time',
    connector: { check: async (ctx) => ({ ...(await check(ctx)), epoch: String(ctx.now()) }) },
    caughtBy: ['check: the epoch stays'],
  },
  {
    does: 'writes to find out whether it may',
    connector: {
      check: async (ctx) => {
        await ctx.http({ method: 'POST', path: '/tags', json: { name: 'probe' }, reply: z.unknown() })
        return check(ctx)
      },
    },
    caughtBy: ['phase: check, fields, pull and read'],
  },
  {
    does: 'passes its writes off as reads',
    connector: { reads: [...good.connector.reads, { method: 'POST', path: '/**' }] },
    caughtBy: ['phase: no write gets through'],
  },
  {
    does: 'lists only the fields it knew before',
    connector: { fields: async (ctx) => (await fields(ctx)).slice(0, 2) },
    caughtBy: ['fields: lists what the tool has', 'setup: what it says to have created'],
  },
  {
    does: 'takes a failing tool for an empty one',
    connector: {
      fields: (ctx) => fields(ctx).catch(() => []),
      pull: async function* (ctx, cursor) {
        try {
          yield* pull(ctx, cursor)
        } catch (error) {
          ctx.log('the pull ended', { error })
        }
      },
    },
    caughtBy: ['fields: a tool that fails', 'pull: a tool that fails'],
  },
  {
    does: 'gives each page twice',
    connector: {
      pull: async function* (ctx, cursor) {
        for await (const page of pull(ctx, cursor)) yield* [page, page]
      },
    },
    caughtBy: ['pull: every contact once'],
  },
  {
    does: 'gives the newest first',
    connector: { pull: turning((page) => ({ ...page, records: [...page.records].reverse() })) },
    caughtBy: ['pull: every contact once'],
  },
  {
    does: 'keeps orders to itself',
    sandbox: (options) => ({ ...good.sandbox(options), order: () => {} }),
    caughtBy: ['pull: an order comes once'],
  },
  {
    does: 'begins again from the top',
    connector: { pull: (ctx) => pull(ctx, null) },
    caughtBy: ['pull: resumes after each page'],
  },
  {
    does: 'skips a page when it resumes',
    connector: {
      pull: (ctx, cursor) => pull(ctx, cursor === null ? null : String(Number(cursor) + 50)),
    },
    caughtBy: ['pull: resumes after each page'],
  },
  {
    does: 'makes up a record where there is none',
    connector: {
      pull: async function* (ctx, cursor) {
        yield { records: [told], cursor: cursor ?? '0' }
        yield* pull(ctx, cursor)
      },
    },
    caughtBy: ['pull: a tool without contacts'],
  },
  {
    does: 'calls every revision of a contact by one id',
    connector: { pull: naming(({ remoteId = '' }) => remoteId) },
    caughtBy: ['pull: a contact that changed'],
  },
  {
    does: 'reads ahead and does not listen',
    connector: {
      pull: async function* (ctx, cursor) {
        const pages: Page[] = []
        for await (const page of pull(ctx, cursor)) pages.push(page)
        yield* pages
      },
    },
    caughtBy: ['pull: stops when it is told to'],
  },
  {
    does: 'forgets the values of fields',
    connector: { read: holding((held) => held && { ...held, fields: {} }) },
    caughtBy: ['read: gives back exactly', 'read: sees what somebody altered', 'value: whatever is applied'],
  },
  {
    does: 'forgets the memberships',
    connector: { read: holding((held) => held && { ...held, memberships: [] }) },
    caughtBy: ['read: gives back exactly', 'read: sees what somebody altered'],
  },
  {
    does: 'knows everybody',
    connector: { read: holding((held) => held ?? nothing) },
    caughtBy: ['read: a contact that the tool does not know', 'erase: read finds nobody'],
  },
  {
    does: 'cannot find anybody by the id of the tool',
    connector: {
      read: async (ctx, contacts, wanted) => {
        const held = await read(ctx, contacts, wanted)
        return new Map(contacts.map(({ id, remoteId }) => [id, remoteId ? null : (held.get(id) ?? null)]))
      },
    },
    caughtBy: ["read: finds a contact by the tool's own id"],
  },
  {
    does: 'reads no more than ten contacts',
    connector: {
      read: async (ctx, contacts, wanted) => {
        const held = await read(ctx, contacts.slice(0, 10), wanted)
        return new Map(contacts.map(({ id }) => [id, held.get(id) ?? null]))
      },
    },
    caughtBy: ['read: a full batch'],
  },
  {
    does: 'takes a failing tool for one without the contact',
    connector: {
      read: (ctx, contacts, wanted) =>
        read(ctx, contacts, wanted).catch(() => new Map(contacts.map(({ id }) => [id, null]))),
    },
    caughtBy: ['failing read: '],
  },
]
