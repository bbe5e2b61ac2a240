import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, expect, it } from 'vitest'
import { traceOf } from '../../core/decide/decision.ts'
import { migrations } from '../../core/store/schema.ts'
import { openSqlite } from '../../core/store/sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'leitstern-migration-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const trace = { segments: ['fans'], finalists: [], counts: { considered: 3 } }
const made = { id: 'd', node: 'n', slot: 'lead', offer: 'o', rule: 'r', revision: 'v', tier: 10, score: 2.5, since: 7 }
const message = { source: 'web', hash: 'h', kind: 'track', event: null, at: 1, sentAt: null, flag: null } as const
const later = { ...message, id: 'm2', receivedAt: 2, body: '{}' }

/** A store as the hub left it that knew so many migrations. */
const olderStore = (version: number): { readonly path: string; readonly db: Database.Database } => {
  const path = join(folder, 'old.db')
  const db = new Database(path)
  for (const sql of migrations.slice(0, version)) db.exec(sql)
  db.pragma(`user_version = ${version}`)
  return { path, db }
}

it('decisions and the count of messages come over from the schema in which a decision was one JSON', async () => {
  const { path, db } = olderStore(4)
  const insert = db.prepare('insert into decisions (node, id, slot, offer, ended_at, body) values (?, ?, ?, ?, ?, ?)')
  insert.run('n', 'd', 'lead', 'o', null, JSON.stringify({ ...made, endedAt: null, trace }))
  insert.run('n', 'e', 'lead', 'o', 9, JSON.stringify({ ...made, id: 'e', endedAt: null, trace }))
  db.exec(
    `insert into messages (source, id, hash, kind, at, received_at, body) values ('web', 'm1', 'h', 'track', 1, 1, '{}')`,
  )
  db.close()

  const store = openSqlite(path)
  const { decisions } = await store.load(['n'])
  const [open, ended] = decisions.get('n') ?? []
  expect(open).toEqual({ ...made, endedAt: null, trace: JSON.stringify(trace) })
  expect(open && traceOf(open)).toEqual(trace)
  expect(ended).toMatchObject({ id: 'e', endedAt: 9 })
  await store.commit({ messages: [later] })
  expect(await store.countMessages()).toBe(2)
  await store.close()
})
