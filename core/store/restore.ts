import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { gather, isBusy, openAlone } from './alone.ts'
import { type Carried, carryOver, forgetTools } from './carry-over.ts'
import { type Db, openDatabase } from './database.ts'
import { type Inspection, inspect, unreadable } from './integrity.ts'
import { ledgerRows } from './ledger.ts'

export interface Restored {
  /** Of the copy, as it came. */
  readonly inspection: Inspection
  /** Where the store that was replaced is kept; null: there was none. */
  readonly before: string | null
  /** What was taken over from it; null: there was none, or it could not be read. */
  readonly carried: Carried | null
  /** Contacts whose tool is read before anything is written to it. */
  readonly contacts: number
}

/** What SQLite keeps beside a database that it did not close. */
const companions = ['-wal', '-shm', '-journal'] as const

const using = <T>(db: Db, work: (db: Db) => T): T => {
  try {
    return work(db)
  } finally {
    db.close()
  }
}

/** Looks through a copy, and makes the one file all of it. */
const examine = (path: string): Inspection => {
  try {
    return using(openAlone(path), (db) => {
      gather(db)
      return inspect(db)
    })
  } catch (error) {
    return unreadable(error)
  }
}

/** The store that is to be replaced, with everybody else kept out; null: there is none, or it cannot be read. Throws where a hub works with it. */
const openPresent = (path: string): Db | null => {
  if (!existsSync(path)) return null
  try {
    return openAlone(path)
  } catch (error) {
    if (error instanceof Error && isBusy(error.cause)) throw error
    return null
  }
}

/** Keeps the file under another name; it stays under its own too, so that there is a store at every instant. */
const keep = (path: string, as: string): void => {
  try {
    linkSync(path, as)
  } catch {
    copyFileSync(path, as)
  }
  for (const end of companions) if (existsSync(`${path}${end}`)) renameSync(`${path}${end}`, `${as}${end}`)
}

const prepare = (path: string, present: Db | null, at: number): Pick<Restored, 'carried' | 'contacts'> =>
  using(openDatabase(path), (db) => {
    const prepared = db.transaction(() => {
      const carried = present === null ? null : carryOver(present, db)
      const contacts = forgetTools(db, at)
      const detail = { contacts, ...carried }
      ledgerRows(db).audit({ at, actor: 'restore', action: 'restore', subject: 'store', detail })
      return { carried, contacts }
    })()
    gather(db)
    return prepared
  })

/**
 * Puts a copy in the place of the store at `path`, whole or not at all. The tools and the world have moved on since it was
 * made: what must not be undone is taken over from the store that it replaces, and what the tools hold counts as unknown.
 * Throws where a hub works with the store; a copy with faults is not taken, and answered with them.
 */
export const restoreFile = (copy: string, path: string, at: number): Restored => {
  mkdirSync(dirname(path), { recursive: true })
  const aside = `${path}.restoring`
  const present = openPresent(path)
  try {
    copyFileSync(copy, aside)
    const inspection = examine(aside)
    if (inspection.faults.length > 0) return { inspection, before: null, carried: null, contacts: 0 }
    const prepared = prepare(aside, present, at)
    if (present !== null) gather(present)
    const before = existsSync(path) ? `${path}.before-${new Date(at).toISOString().replaceAll(/[:.]/g, '-')}` : null
    if (before !== null) keep(path, before)
    renameSync(aside, path)
    return { inspection, before, ...prepared }
  } finally {
    for (const end of ['', ...companions]) rmSync(`${aside}${end}`, { force: true })
    present?.close()
  }
}
