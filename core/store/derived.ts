import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Db } from './database.ts'

/** What is a function of messages and profile.yaml, and can be made again. */
const derivedTables = ['components', 'nodes', 'history', 'profiles'] as const

export const clearDerived = (db: Db): void => {
  for (const table of derivedTables) db.exec(`delete from ${table}`)
}

/** Where a second derived half is made: beside the database, or for one in memory where temporary files are. */
export const scratchPath = (db: Db): string =>
  db.memory ? join(tmpdir(), `leitstern-${randomUUID()}.scratch`) : `${db.name}.scratch`

/** Removes a database that is closed, or was left by a process that ended in the middle. */
export const removeDatabase = (path: string): void => {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${ending}`, { force: true })
}

/** Puts the derived half of another database, which is closed, in the place of this one's: in one transaction. */
export const adoptDerived = (db: Db, path: string): void => {
  db.prepare('attach ? as scratch').run(path)
  try {
    db.transaction(() => {
      clearDerived(db)
      for (const table of derivedTables) db.exec(`insert into main.${table} select * from scratch.${table}`)
    }).immediate()
  } finally {
    db.exec('detach scratch')
  }
}
