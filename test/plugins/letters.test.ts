import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Change } from '../../core/contract/change.ts'
import { contextFor } from '../../core/host/context.ts'
import { unpaced } from '../../core/host/pace.ts'
import { databaseTransport } from '../../core/store/outside/transport.ts'
import sql from '../../plugins/sql/index.ts'
import { required } from '../conformance/check.ts'
import { at } from './subject.ts'

const contactOf = (type: string, value: string) => ({ id: `contact of ${value}`, key: { type, value } })
const changeOf = (type: string, value: string, fields: Change['fields']): Change => ({
  contact: contactOf(type, value),
  create: true,
  fields,
  join: [],
  leave: [],
})

describe('ids that differ in their letters alone, in a database', () => {
  let folder = ''
  const open = () => new Database(join(folder, 'crm.db'))
  const context = (more: Readonly<Record<string, unknown>>) =>
    contextFor({
      connector: sql,
      settings: { database: `sqlite:${join(folder, 'crm.db')}`, ...more },
      mode: 'write',
      transport: databaseTransport({ folders: [folder], lookup: async (name) => name, isLoopback: () => true }),
      pace: unpaced,
      log: () => {},
      signal: new AbortController().signal,
      now: () => 0,
    })
  const rowsIn = (table: string): unknown => {
    const db = open()
    const rows = db.prepare(`select * from ${table} order by 1`).all()
    db.close()
    return rows
  }
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'leitstern-letters-'))
    const db = open()
    db.exec('create table people (id text primary key, offer text)')
    db.exec("insert into people values ('0015w00AbC', 'hers'), ('0015w00aBc', 'his')")
    db.exec('create table numbered (id integer primary key, offer text)')
    db.exec("insert into numbered values (7, 'before')")
    db.exec('create table letters (email text primary key)')
    db.exec("insert into letters values ('Ada@Example.test'), ('ada@example.test'), ('bob@example.test')")
    db.close()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('are two people: one is written to, and the other is erased', async () => {
    const ctx = context({ table: 'people', keyType: 'userId', keyColumn: 'id' })
    await sql.push?.(ctx, [changeOf('userId', '0015w00AbC', { offer: 'new' })])
    expect(rowsIn('people')).toEqual([
      { id: '0015w00AbC', offer: 'new' },
      { id: '0015w00aBc', offer: 'his' },
    ])
    const contacts = [contactOf('userId', '0015w00aBc'), contactOf('userId', '0015W00ABC')]
    const receipts = await sql.erase?.(ctx, contacts)
    expect(receipts?.map(({ status }) => status)).toEqual(['applied', 'unchanged'])
    expect(rowsIn('people')).toEqual([{ id: '0015w00AbC', offer: 'new' }])
  })

  it('do not matter where a key is a number', async () => {
    const ctx = context({ table: 'numbered', keyType: 'userId', keyColumn: 'id' })
    const changes = ['7', '8'].map((id) => changeOf('userId', id, { offer: 'new' }))
    expect((await sql.push?.(ctx, changes))?.map(({ status }) => status)).toEqual(['applied', 'applied'])
    expect(rowsIn('numbered')).toEqual([
      { id: 7, offer: 'new' },
      { id: 8, offer: 'new' },
    ])
  })

  it('leave nothing of an address that has several rows when it is erased', async () => {
    const ctx = context({ table: 'letters' })
    expect(await sql.erase?.(ctx, [contactOf('email', 'ada@example.test')])).toMatchObject([{ status: 'applied' }])
    expect(rowsIn('letters')).toEqual([{ email: 'bob@example.test' }])
  })
})

it(
  'ids that differ in their letters alone are two people in a file, too',
  at('file')(async ({ connector, context }) => {
    const ids = ['u-AbC', 'u-aBc']
    const contacts = ids.map((id) => contactOf('userId', id))
    await required(connector.setup)(context('setup'), {
      fields: [{ name: 'offer', type: 'text', label: 'Offer', writable: true }],
      memberships: [],
    })
    const changes = ids.map((id) => changeOf('userId', id, { offer: `for ${id}` }))
    await required(connector.push)(context('write'), changes)
    await required(connector.erase)(context('write'), contacts.slice(1))
    const held = await required(connector.read)(context('read'), contacts, { fields: ['offer'], memberships: [] })
    expect(contacts.map(({ id }) => held.get(id)?.fields.offer)).toEqual(['for u-AbC', undefined])
  }),
)
