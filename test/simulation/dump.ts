import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** A store's file of its own, and every value in every table of it as text. */
export const scratchFile = () => {
  const folder = mkdtempSync(join(tmpdir(), 'leitstern-simulated-'))
  const path = join(folder, 'hub.db')
  return { path, remove: () => rmSync(folder, { recursive: true }) }
}

/** Of a store that is closed. */
export const dumpOf = (path: string): readonly string[] => {
  const db = new Database(path, { readonly: true })
  const tables = db.prepare<[], { name: string }>("select name from sqlite_master where type = 'table'").all()
  const rows = tables.flatMap(({ name }) =>
    db
      .prepare(`select * from "${name}"`)
      .all()
      .map((row) => `${name} ${JSON.stringify(row)}`),
  )
  db.close()
  return rows
}
