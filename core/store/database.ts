import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { migrations } from './schema.ts'

export type Db = Database.Database

/** Below it, SQLite can corrupt a WAL when it is reset (fixed in 3.51.3). */
const oldestSafe = [3, 51, 3] as const

const isSafe = (version: string): boolean => {
  const parts = version.split('.').map(Number)
  const first = oldestSafe.findIndex((least, index) => (parts[index] ?? 0) !== least)
  return first === -1 || (parts[first] ?? 0) > (oldestSafe[first] ?? 0)
}

const migrate = (db: Db): void => {
  const version = Number(db.pragma('user_version', { simple: true }))
  if (version > migrations.length)
    throw new Error(
      `opening the store: its schema ${version} is newer than this hub's ${migrations.length}; start the newer hub`,
    )
  migrations.slice(version).forEach((sql, index) => {
    db.transaction(() => {
      db.exec(sql)
      db.pragma(`user_version = ${version + index + 1}`)
    })()
  })
}

const open = (path: string): Db => {
  const db = new Database(path)
  const version = db.prepare<[], { version: string }>('select sqlite_version() as version').get()?.version ?? '0'
  if (!isSafe(version))
    throw new Error(
      `opening the store: SQLite ${version} is older than ${oldestSafe.join('.')}; reinstall better-sqlite3`,
    )
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('locking_mode = EXCLUSIVE')
  db.pragma('temp_store = MEMORY')
  db.pragma('cache_size = -65536')
  // A page that many commits change is copied into the database once. Costs up to 64 MB of log, read again after a crash.
  db.pragma('wal_autocheckpoint = 16384')
  migrate(db)
  return db
}

/** Opens (or makes) the embedded database: WAL, every commit durable against power loss, one process. `:memory:` for tests. */
export const openDatabase = (path: string): Db => {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true })
  try {
    return open(path)
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError && cause.code.startsWith('SQLITE_BUSY'))) throw cause
    throw new Error(
      `opening the store ${path}: another hub works with it; stop that one, or set LEITSTERN_DATA to another folder`,
      { cause },
    )
  }
}
