import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Change } from '../../core/contract/change.ts'
import type { Page } from '../../core/contract/record.ts'
import { contextFor } from '../../core/host/context.ts'
import type { Mode } from '../../core/host/http.ts'
import { unpaced } from '../../core/host/pace.ts'
import { databaseTransport } from '../../core/store/outside/transport.ts'
import connector from '../../plugins/sql/index.ts'
import { type Postgres, postgresFolder, startPostgres } from '../support/postgres.ts'

const now = Date.UTC(2026, 10, 22, 12)
let folder = ''
const transport = databaseTransport({
  get folders() {
    return [folder]
  },
  lookup: async (hostname) => hostname,
  isLoopback: () => true,
})

/** A real database as the test reaches it. */
interface Bench {
  readonly settings: Readonly<Record<string, unknown>>
  readonly run: (sql: string) => Promise<void>
}
const contextAt = ({ settings }: Bench, mode: Mode, more: Readonly<Record<string, unknown>> = {}) =>
  contextFor({
    connector,
    settings: { ...settings, ...more },
    mode,
    transport,
    pace: unpaced,
    log: () => {},
    signal: new AbortController().signal,
    now: () => now,
  })

const needs = {
  fields: [
    { name: 'headline', type: 'text', label: 'Headline', writable: true },
    { name: 'points', type: 'number', label: 'Points', writable: true },
    { name: 'vip', type: 'boolean', label: 'VIP', writable: true },
    { name: 'ends', type: 'datetime', label: 'Ends', writable: true },
    { name: 'odd "name"; drop table x', type: 'text', label: 'Odd', writable: true },
  ],
  memberships: [],
} as const
const fields = {
  headline: `Pflege für "deine" Kopfhörer'; --`,
  points: 12.5,
  vip: true,
  ends: '2026-12-31T23:59:59.000Z',
  'odd "name"; drop table x': 'kept',
}
const contact = (email: string) => ({ id: `contact of ${email}`, key: { type: 'email', value: email } })
const change = (email: string, more: Partial<Change> = {}): Change => ({
  contact: contact(email),
  create: true,
  fields,
  join: [],
  leave: [],
  ...more,
})
const pages = async (bench: Bench, cursor: string | null, more: Readonly<Record<string, unknown>> = {}) => {
  const all: Page[] = []
  for await (const page of connector.pull?.(contextAt(bench, 'read', more), cursor) ?? []) all.push(page)
  return all
}

const holds = (open: () => Bench) => {
  const write = () => contextAt(open(), 'write')
  const read = async (email: string) =>
    (
      await connector.read?.(contextAt(open(), 'read'), [contact(email)], {
        fields: Object.keys(fields),
        memberships: [{ kind: 'list', name: 'Fans' }],
      })
    )?.get(`contact of ${email}`)

  it('names the database, and is set up once', async () => {
    const { epoch } = await connector.check(contextAt(open(), 'read'))
    expect((await connector.check(contextAt(open(), 'read'))).epoch).toBe(epoch)
    const first = await connector.setup?.(contextAt(open(), 'setup'), needs)
    expect(first?.created).toContain('column vip')
    const again = await connector.setup?.(contextAt(open(), 'setup'), needs)
    expect([again?.created, again?.present.length]).toEqual([[], needs.fields.length])
    const found = new Map((await connector.fields?.(contextAt(open(), 'read')))?.map(({ name, type }) => [name, type]))
    for (const { name, type } of needs.fields) expect(found.get(name)).toBe(type)
  })

  it('holds what was pushed as it was sent, whatever the letters of the address', async () => {
    const receipts = await connector.push?.(write(), [
      change('Ada@Example.test', { join: [{ kind: 'list', name: 'Fans' }] }),
    ])
    expect(receipts).toMatchObject([{ status: 'applied' }])
    expect(await read('ada@example.test')).toMatchObject({ fields, memberships: [{ kind: 'list', name: 'Fans' }] })
    expect(await connector.push?.(write(), [change('ada@example.test')])).toMatchObject([{ status: 'unchanged' }])
    await connector.push?.(write(), [
      change('ada@example.test', { fields: { vip: null }, leave: [{ kind: 'list', name: 'Fans' }] }),
    ])
    expect(await read('ada@example.test')).toMatchObject({ fields: { ...fields, vip: null }, memberships: [] })
  })

  it('tells whom the database refuses from whom it takes', async () => {
    await open().run("create unique index one_headline on leitstern_contacts (headline) where headline = 'only one'")
    const only = { fields: { headline: 'only one' } }
    const receipts = await connector.push?.(write(), [
      change('bob@example.test', only),
      change('cleo@example.test', only),
      change('dan@example.test'),
    ])
    expect(receipts?.map(({ status }) => status)).toEqual(['applied', 'rejected', 'applied'])
    expect(JSON.stringify(receipts?.map((receipt) => 'reason' in receipt && receipt.reason))).not.toMatch(
      /[bcd]\w+@example/,
    )
    expect(await read('cleo@example.test')).toBeNull()
    await open().run('drop index one_headline')
  })

  it('pulls from where it stopped, by the table and by queries', async () => {
    const first = await pages(open(), null)
    const records = first.flatMap((page) => page.records)
    expect(records.length).toBeGreaterThanOrEqual(3)
    expect(await pages(open(), first.at(-1)?.cursor ?? null)).toEqual([])
    await open().run('create table bookings (id integer primary key, email text, "when" text, total integer)')
    await open().run(
      "insert into bookings values (1, 'ada@example.test', '2026-11-20T10:00:00.000Z', 120), (2, 'ada@example.test', '2026-11-21T10:00:00.000Z', 80)",
    )
    const queries = [
      {
        name: 'bookings',
        sql: 'select * from bookings where total > 0',
        by: ['id'],
        at: 'when',
        event: 'Booking Made',
      },
    ]
    const booked = await pages(open(), null, { queries })
    expect(booked.flatMap((page) => page.records)).toMatchObject([
      { kind: 'event', event: 'Booking Made', at: '2026-11-20T10:00:00.000Z', properties: { id: 1, total: 120 } },
      { kind: 'event', event: 'Booking Made', properties: { total: 80 } },
    ])
    await open().run("insert into bookings values (3, 'bob@example.test', '2026-11-22T10:00:00.000Z', 7)")
    const news = await pages(open(), booked.at(-1)?.cursor ?? null, { queries })
    expect(news.flatMap((page) => page.records)).toMatchObject([{ properties: { id: 3 } }])
  })

  it.each(['delete from leitstern_contacts returning *', 'select 1; delete from leitstern_contacts'])(
    'a query that would write is refused: %s',
    async (sql) => {
      const queries = [{ name: 'bad', sql, by: ['email'] }]
      await expect(pages(open(), null, { queries })).rejects.toThrow()
      expect(await read('ada@example.test')).not.toBeNull()
    },
  )

  it('erases, and leaves everybody else alone', async () => {
    const all = [contact('ADA@example.test'), contact('stranger@example.test')]
    expect((await connector.erase?.(write(), all))?.map(({ status }) => status)).toEqual(['applied', 'unchanged'])
    expect(await read('ada@example.test')).toBeNull()
    expect(await read('dan@example.test')).not.toBeNull()
  })
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'leitstern-outside-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('a SQLite file', () => {
  const file = () => join(folder, 'crm.db')
  beforeAll(() => new Database(file()).exec('create table other (x)').close())
  holds(() => ({
    settings: { database: `sqlite:${file()}` },
    run: async (sql) => {
      const db = new Database(file())
      db.exec(sql)
      db.close()
    },
  }))

  it('that lies elsewhere is out of bounds, and one that is not there is not made', async () => {
    const bench = (database: string): Bench => ({ settings: { database }, run: async () => {} })
    const elsewhere = mkdtempSync(join(tmpdir(), 'leitstern-elsewhere-'))
    new Database(join(elsewhere, 'crm.db')).exec('create table other (x)').close()
    const check = (database: string) => connector.check(contextAt(bench(database), 'read'))
    await expect(check(`sqlite:${join(elsewhere, 'crm.db')}`)).rejects.toMatchObject({ kind: 'config' })
    await expect(check(`sqlite:${join(folder, 'none.db')}`)).rejects.toThrow()
    rmSync(elsewhere, { recursive: true, force: true })
  })
})

const programs = postgresFolder()
describe.skipIf(programs === null)('a PostgreSQL server (skipped where this machine has none)', () => {
  let server: Postgres | null = null
  const at = () => {
    if (server === null) throw new Error('the server has not started')
    return server
  }
  beforeAll(async () => {
    server = await startPostgres(programs ?? '')
  }, 60_000)
  afterAll(() => server?.stop())
  const settings = () => {
    const { port, user, password } = at()
    return { database: `postgres://127.0.0.1:${port}/postgres`, user, password }
  }
  holds(() => ({
    settings: settings(),
    run: async (sql) => {
      const { port, user, password } = at()
      const client = new Client({ host: '127.0.0.1', port, user, password, database: 'postgres' })
      await client.connect()
      await client.query(sql)
      await client.end()
    },
  }))

  it('with another password says so', async () => {
    const bench = { settings: { ...settings(), password: 'wrong' }, run: async () => {} }
    await expect(connector.check(contextAt(bench, 'read'))).rejects.toMatchObject({ kind: 'auth' })
  })
})
