import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inspectFile } from '../../core/store/alone.ts'
import { restoreFile } from '../../core/store/restore.ts'
import { migrations } from '../../core/store/schema.ts'
import { openSqlite } from '../../core/store/sqlite.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'

const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
let folder: string
let store: string
let copy: string
let open: Box[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leitstern-restore-'))
  store = join(folder, 'hub.db')
  copy = join(folder, 'copy.db')
})
afterEach(async () => {
  for (const box of open) await box.close().catch(() => undefined)
  open = []
  rmSync(folder, { recursive: true })
})

const hub = async (mail = paperTool(() => clock.now)) => {
  const box = await hubInABox({
    clock,
    path: store,
    papers: { mail },
    registry: shopRegistry,
    connectors: { mail: connectorOf('mail') },
  })
  await box.flow.settle()
  open.push(box)
  return box
}
const backUp = async ({ flow }: Box) => {
  const { file, discard } = await flow.operations.backup({ name: 'admin' })
  copyFileSync(file, copy)
  discard()
}
const known = async ({ flow }: Box, userId: string) => {
  const { items } = await flow.operations.listProfiles({
    limit: 1,
    cursor: null,
    identifier: { type: 'userId', value: userId },
  })
  return items[0] ?? null
}
const restored = () => restoreFile(copy, store, clock.now)

describe('a backup', () => {
  it('is whole and consistent though the hub goes on taking messages', async () => {
    const box = await hub()
    for (let n = 0; n < 40; n++) await box.say(identify(`u${n}`, { email: `u${n}@x.test` }))
    const [made] = await Promise.all([
      box.flow.operations.backup({ name: 'admin' }),
      ...Array.from({ length: 40 }, (_, n) => box.say(order(`u${n}`, `o${n}`, 1, '2026-11-20T10:00:00Z'))),
    ])
    const { faults, profiles, messages } = inspectFile(made.file)
    expect(faults).toEqual([])
    expect(profiles).toBe(40)
    expect(messages).toBeGreaterThanOrEqual(40)
    made.discard()
    expect(existsSync(made.file)).toBe(false)
    expect(await box.store.audit('backup', 5)).toMatchObject([{ actor: 'admin', subject: 'store' }])
  })
})

describe('restoring', () => {
  it('refuses while a hub works with the store, and changes nothing', async () => {
    const box = await hub()
    await box.say(identify('u1', { email: 'ada@x.test' }))
    await backUp(box)
    expect(restored).toThrow(/a hub works with it/)
    expect(readdirSync(folder).filter((name) => name.includes('restoring'))).toEqual([])
    expect(await known(box, 'u1')).not.toBeNull()
  })

  it('brings back what the copy holds, and keeps what was there', async () => {
    const box = await hub()
    await box.say(identify('u1', { email: 'ada@x.test' }))
    await backUp(box)
    await box.say(identify('u2', { email: 'bob@x.test' }))
    await box.close()
    const { before } = restored()
    const again = await hub()
    expect(await known(again, 'u1')).not.toBeNull()
    expect(await known(again, 'u2')).toBeNull()
    expect(inspectFile(before ?? '')).toMatchObject({ faults: [], profiles: 2 })
  })

  it('into a folder without a store makes one', () => {
    return hub().then(async (box) => {
      await box.say(identify('u1', { email: 'ada@x.test' }))
      await backUp(box)
      await box.close()
      const elsewhere = join(folder, 'new', 'hub.db')
      expect(restoreFile(copy, elsewhere, clock.now)).toMatchObject({ before: null, carried: null, contacts: 1 })
      expect(inspectFile(elsewhere)).toMatchObject({ faults: [], profiles: 1 })
    })
  })

  it('reads every tool before it writes, and sends only what differs: the tool has moved on', async () => {
    const mail = paperTool(() => clock.now)
    const box = await hub(mail)
    await box.say(identify('u1', { email: 'ada@x.test' }), order('u1', 'o1', 5, '2026-11-20T10:00:00Z'))
    await box.say(identify('u2', { email: 'bob@x.test' }), order('u2', 'o2', 5, '2026-11-20T10:00:00Z'))
    await box.flow.settle()
    await backUp(box)
    const then = structuredClone(mail.holds('ada@x.test'))
    await box.say(identify('u1', { firstName: 'Ada' }))
    await box.flow.settle()
    expect(mail.holds('ada@x.test')).not.toEqual(then)
    await box.close()
    const writes = mail.writes.length
    restored()
    const again = await hub(mail)
    // What the hub before may have sent last could still be on its way.
    clock.now += 120_000
    await again.flow.settle()
    expect(mail.holds('ada@x.test')).toEqual(then)
    expect(mail.writes.length).toBe(writes + 1)
    expect(await again.flow.operations.channels((await known(again, 'u2'))?.id ?? '')).toMatchObject([
      { pending: false },
    ])
  })

  it('what was erased, revoked and switched off since stays so', async () => {
    const mail = paperTool(() => clock.now)
    const box = await hub(mail)
    const admin = { name: 'admin' }
    await box.say(identify('u1', { email: 'ada@x.test' }), identify('u2', { email: 'bob@x.test' }))
    await box.flow.settle()
    const { id, key } = await box.flow.operations.createKey({ name: 'web', scopes: ['read'] }, admin)
    await backUp(box)
    clock.now += 60_000
    await box.flow.operations.erase((await known(box, 'u1'))?.id ?? '', admin)
    await box.flow.operations.revokeKey(id, admin)
    await box.flow.operations.setPhase('mail', 'off', admin)
    await box.flow.settle()
    const phase = (await box.flow.operations.connector('mail'))?.phase
    await box.close()
    expect(restored().carried).toEqual({ erased: 2, revoked: 1, phases: 1 })
    const again = await hub(mail)
    expect(await known(again, 'u1')).toBeNull()
    expect(await known(again, 'u2')).not.toBeNull()
    expect(JSON.stringify(await again.store.load(['u1']))).not.toContain('ada@x.test')
    expect(await again.flow.operations.authenticate(key)).toBeNull()
    expect((await again.flow.operations.connector('mail'))?.phase).toBe(phase)
    const late = await again.flow.operations.ingest(
      [identify('u1', { firstName: 'Ada' }, { timestamp: '2026-11-20T10:00:00Z' })],
      { actor: { name: 'web' }, sentAt: null },
    )
    expect(late).toMatchObject({ refused: [{ code: 'erased' }] })
  })

  const altered = (sql: string) => (file: string) => void new Database(file).exec(sql).close()
  const broken: readonly (readonly [string, (file: string) => void, RegExp])[] = [
    [
      'no database',
      (file) => writeFileSync(file, 'no database, though as long as one'.repeat(99)),
      /SQLite cannot read it/,
    ],
    ['cut off', (file) => truncateSync(file, 3 * 4096), /SQLite|malformed/],
    [
      'another database',
      (file) => {
        rmSync(file)
        altered('create table t (a)')(file)
      },
      /no store of Leitstern/,
    ],
    ['of a newer version', altered(`pragma user_version = ${migrations.length + 1}`), /newer than/],
    ['without what its rows name', altered('delete from components'), /identifiers whose component is missing/],
  ]
  it.each(broken)('a copy that is %s is refused, and the store stays', async (_, spoil, fault) => {
    const box = await hub()
    await box.say(identify('u1', { email: 'ada@x.test' }))
    await backUp(box)
    await box.close()
    const before = readFileSync(store)
    spoil(copy)
    const { inspection, before: kept } = restored()
    expect([inspection.faults.join(), kept]).toEqual([expect.stringMatching(fault), null])
    expect(readFileSync(store).equals(before)).toBe(true)
    expect(readdirSync(folder).filter((name) => /restoring|before/.test(name))).toEqual([])
  })

  it('a store that is damaged gives way to a copy, and is kept as it is', async () => {
    const box = await hub()
    await box.say(identify('u1', { email: 'ada@x.test' }))
    await backUp(box)
    await box.close()
    writeFileSync(store, 'damaged '.repeat(4_000))
    const { before, carried } = restored()
    expect([readFileSync(before ?? '', 'utf8').slice(0, 7), carried]).toEqual(['damaged', null])
    expect(await known(await hub(), 'u1')).not.toBeNull()
  })

  it('a copy of an older schema is brought up', () => {
    const old = new Database(copy)
    old.exec(migrations[0] ?? '')
    old.pragma('user_version = 1')
    old.close()
    expect(restored().inspection).toMatchObject({ schema: 1, newest: migrations.length, faults: [] })
    expect(inspectFile(store)).toMatchObject({ schema: migrations.length, faults: [] })
    return openSqlite(store).close()
  })
})
