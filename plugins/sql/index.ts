import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { holdingOf } from './map.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { settings } from './settings.ts'
import { setUp } from './setup.ts'
import { deleteRows, fieldsOf, nameIn, rowsFor, rowsOf } from './table.ts'

const keysOf = (contacts: readonly { readonly key: { readonly value: string } }[]) =>
  contacts.map(({ key }) => key.value)

/** A database: one table of contacts that both sides write, and queries that bring in more. */
export default defineConnector({
  id: 'sql',
  title: 'SQL database',
  summary: 'Writes decisions into a table of PostgreSQL or SQLite, and reads contacts and events by queries.',
  docs: 'https://www.postgresql.org/docs/current/sql-insert.html',
  channel: 'offline',
  settings,
  keys: ['email', 'userId', 'phone'],
  memberships: { list: 'Names in the column lists, parted by semicolons' },
  defaults: {},
  limits: { batch: 500, concurrency: 2, perSecond: 20, timeoutMs: 30_000 },
  ways: {
    push: { mode: 'batch', atomic: false, failures: 'in-order', upsert: 'the key column' },
    pull: 'updated-since',
  },
  permissions: [
    'select, insert, update and delete on the table of contacts; create in its schema, for setup',
    'select on what the queries read',
  ],
  proven: [{ by: 'live', what: 'SQLite 3.53 and PostgreSQL 15.18', on: '2026-11-22' }],
  reads: [
    { method: 'GET', path: '/' },
    { method: 'GET', path: '/tables/*' },
    { method: 'POST', path: '/tables/*/find' },
    { method: 'POST', path: '/query' },
  ],
  connect: ({ database, user, password = '' }) => ({
    baseUrl: database,
    headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
  }),

  async check({ http, settings: { database } }) {
    const { body } = await http({ method: 'GET', path: '/', reply: z.object({ id: z.string() }) })
    return { account: database, epoch: body.id }
  },
  fields: fieldsOf,
  setup: setUp,
  pull,
  push,
  async read(ctx, contacts, wanted) {
    const rows = await rowsOf(ctx, keysOf(contacts))
    return new Map(
      contacts.map(({ id, key }) => {
        const row = rows.get(nameIn(ctx.settings, key.value))
        return [id, row ? holdingOf(row, wanted, ctx.settings) : null]
      }),
    )
  },
  async erase(ctx, contacts) {
    const { settings } = ctx
    const rows = await rowsFor(ctx, keysOf(contacts))
    const keys = rows.flatMap((row) => row[settings.keyColumn] ?? [])
    if (keys.length > 0) await deleteRows(ctx, keys)
    const erased = new Set(keys.map((key) => nameIn(settings, key)))
    return contacts.map(({ id, key }) => ({
      contact: id,
      status: erased.has(nameIn(settings, key.value)) ? ('applied' as const) : ('unchanged' as const),
    }))
  },
})
