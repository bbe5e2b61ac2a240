import Database from 'better-sqlite3'
import { backupTo } from './backup.ts'
import type { Db } from './database.ts'
import { type Inspection, inspect, unreadable } from './integrity.ts'

/** A hub keeps its lock for as long as it runs: there is nothing to wait for. */
const patienceMs = 200

export const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')

/**
 * Opens a store's file that nobody else works with, as it is, and keeps everybody else out until it is closed. The
 * system gives the lock back however a process ends. Throws where a hub works with it.
 */
export const openAlone = (path: string): Db => {
  const db = new Database(path, { fileMustExist: true, timeout: patienceMs })
  try {
    db.pragma('locking_mode = EXCLUSIVE')
    db.exec('begin exclusive; commit')
    return db
  } catch (cause) {
    db.close()
    if (!isBusy(cause)) throw cause
    throw new Error(
      `opening the store ${path}: a hub works with it; stop it first, or say where it is by LEITSTERN_URL or PORT`,
      { cause },
    )
  }
}

/** Looks through a store's file that nobody works with. */
export const inspectFile = (path: string): Inspection => {
  try {
    const db = openAlone(path)
    try {
      return inspect(db)
    } finally {
      db.close()
    }
  } catch (error) {
    if (error instanceof Database.SqliteError) return unreadable(error)
    throw error
  }
}

/** Copies the store's file while nobody works with it; what its log still holds is in the copy. */
export const copyFile = async (path: string, to: string): Promise<void> => {
  const db = openAlone(path)
  try {
    await backupTo(db, to)
  } finally {
    db.close()
  }
}

/** Brings what its log holds into the file itself, so that the one file is all of it. */
export const gather = (db: Db): void => {
  db.pragma('journal_mode = DELETE')
}
