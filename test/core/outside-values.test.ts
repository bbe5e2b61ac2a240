import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askDatabase } from '../../core/store/outside/door.ts'
import type { Engine } from '../../core/store/outside/engine.ts'
import { openPostgres } from '../../core/store/outside/postgres.ts'
import { openSqlite } from '../../core/store/outside/sqlite.ts'
import { type Postgres, postgresFolder, startPostgres } from '../support/postgres.ts'

/** Values of one column, read a row at a time from behind the last one that was seen. */
const stepped = async (engine: Engine, query: string): Promise<readonly unknown[]> => {
  const seen: unknown[] = []
  for (let after: unknown = null; seen.length < 10; after = [seen.at(-1)]) {
    const body = { query, by: ['id'], after, limit: 1 }
    const { json } = await askDatabase(engine, { method: 'POST', path: '/query', body })
    const [row] = rowsIn(json)
    if (row === undefined) break
    seen.push(row.id)
  }
  return seen
}
const rowsIn = (json: unknown): readonly Record<string, unknown>[] =>
  typeof json === 'object' && json !== null && 'rows' in json && Array.isArray(json.rows) ? json.rows : []

describe('what a SQLite file holds', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'leitstern-values-'))
    const db = new Database(join(folder, 'crm.db'))
    db.exec('create table people (id integer primary key, fine boolean, ratio real)')
    db.exec('insert into people values (7, 1, 0.5), (9007199254740993, 0, 2), (9007199254740995, null, 3)')
    db.close()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is read and stepped through without a digit lost', async () => {
    const engine = openSqlite(join(folder, 'crm.db'))
    expect(await stepped(engine, 'select * from people')).toEqual([7, '9007199254740993', '9007199254740995'])
    expect(await engine.read({ text: 'select fine, ratio from people where id = ?', values: [7] })).toEqual([
      { fine: true, ratio: 0.5 },
    ])
  })
})

describe('a PostgreSQL server that goes away', () => {
  let server: Server
  let port = 0
  beforeAll(async () => {
    /** Lets everybody in (AuthenticationOk, ReadyForQuery), and hangs up at the first query. */
    const welcome = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49])
    server = createServer((socket) => {
      socket.once('data', () => {
        socket.write(welcome)
        socket.once('data', () => socket.destroy())
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
  })
  afterAll(() => void server.close())

  it('fails the exchange, and not the hub', async () => {
    const uncaught: unknown[] = []
    const note = (error: unknown) => void uncaught.push(error)
    process.prependListener('uncaughtException', note)
    const engine = await openPostgres({
      host: '127.0.0.1',
      port,
      database: 'crm',
      user: 'hub',
      password: '',
      tls: null,
      timeoutMs: 5_000,
    })
    await expect(engine.id()).rejects.toThrow()
    await engine.close()
    process.removeListener('uncaughtException', note)
    expect(uncaught).toEqual([])
  })
})

const programs = postgresFolder()
describe.skipIf(programs === null)('what PostgreSQL holds (skipped where this machine has none)', () => {
  let server: Postgres | null = null
  let engine: Engine | null = null
  const at = () => {
    if (engine === null) throw new Error('the server has not started')
    return engine
  }
  const zone = process.env.TZ
  beforeAll(async () => {
    process.env.TZ = 'Pacific/Auckland'
    server = await startPostgres(programs ?? '')
    const { port, user, password } = server
    const where = { host: '127.0.0.1', port, user, password, database: 'postgres' }
    const client = new Client(where)
    await client.connect()
    await client.query('create table people (id bigint primary key, born date, seen timestamp, changed timestamptz)')
    await client.query(`insert into people values
      (7, '1815-12-10', '2026-11-22 10:00:00', '2026-11-22 10:00:00+02'),
      (9007199254740993, null, '2026-11-22 10:00:00.123456', '2026-11-22 10:00:00.123456+05:30'),
      (9007199254740995, null, null, 'infinity')`)
    await client.query('create table changes (id timestamptz primary key)')
    await client.query(
      `insert into changes select '2026-11-22 10:00:00Z'::timestamptz + n * interval '1 microsecond' from generate_series(1, 3) as n`,
    )
    await client.end()
    engine = await openPostgres({ ...where, tls: null, timeoutMs: 10_000 })
  }, 60_000)
  afterAll(async () => {
    await engine?.close()
    await server?.stop()
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  })

  it('is read and stepped through without a digit lost', async () => {
    expect(await stepped(at(), 'select id from people')).toEqual([7, '9007199254740993', '9007199254740995'])
    expect(await at().read({ text: 'select 12.50 as a, 0.1234567890123456789 as b', values: [] })).toEqual([
      { a: 12.5, b: '0.1234567890123456789' },
    ])
  })

  it('is stepped through where rows differ by less than a millisecond', async () => {
    expect(await stepped(at(), 'select id from changes')).toEqual([
      '2026-11-22T10:00:00.000001Z',
      '2026-11-22T10:00:00.000002Z',
      '2026-11-22T10:00:00.000003Z',
    ])
  })

  it('has the same days and times wherever the hub runs', async () => {
    expect(await at().read({ text: 'select born, seen, changed from people order by id', values: [] })).toEqual([
      { born: '1815-12-10', seen: '2026-11-22T10:00:00.000Z', changed: '2026-11-22T08:00:00.000Z' },
      { born: null, seen: '2026-11-22T10:00:00.123456Z', changed: '2026-11-22T04:30:00.123456Z' },
      { born: null, seen: null, changed: 'infinity' },
    ])
  })
})
