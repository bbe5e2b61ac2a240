import { statSync } from 'node:fs'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { type Column, type ColumnType, quoted, type Row, type Statement } from './dialect.ts'
import { cellOf, type Engine } from './engine.ts'

const info = z.array(z.object({ name: z.string(), type: z.string() }))
const rowsOf = z.array(z.record(z.string(), z.unknown()))

const types: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  number: 'real',
  boolean: 'boolean',
  datetime: 'datetime',
}
/** A declared type as SQLite keeps it, in its own words (https://www.sqlite.org/datatype3.html, 3.1). */
const typeOf = (declared: string): ColumnType => {
  const word = declared.toLowerCase()
  if (word.startsWith('bool')) return 'boolean'
  if (word.startsWith('date') || word.startsWith('timestamp')) return 'datetime'
  return /int|real|floa|doub|num|dec/.test(word) ? 'number' : 'text'
}
/** SQLite knows no truth values: 1 and 0. */
const bound = ({ values }: Statement) => values.map((value) => (typeof value === 'boolean' ? Number(value) : value))

/** A statement that fails undoes itself alone. A file that cannot be written fails the whole. */
const attempted = (db: Database.Database, statement: Statement): string | null => {
  try {
    db.prepare(statement.text).run(...bound(statement))
    return null
  } catch (error) {
    if (error instanceof Database.SqliteError && /^SQLITE_(CONSTRAINT|MISMATCH|RANGE|ERROR)/.test(error.code))
      return error.message
    throw error
  }
}

/** A SQLite file. Opened anew for each exchange, and never made: a path that leads nowhere is an error. */
export const openSqlite = (path: string): Engine => {
  const open = (readonly: boolean) => new Database(path, { readonly, fileMustExist: true, timeout: 5_000 })
  const using = <T>(readonly: boolean, work: (db: Database.Database) => T): T => {
    const db = open(readonly)
    try {
      return work(db)
    } finally {
      db.close()
    }
  }
  const described = (db: Database.Database, table: string): readonly Column[] =>
    info.parse(db.pragma(`table_info(${quoted(table)})`)).map(({ name, type }) => ({ name, type: typeOf(type) }))
  /** Columns of a result know what they were declared as. */
  const select = (db: Database.Database, statement: Statement): readonly Row[] => {
    const prepared = db.prepare(statement.text).safeIntegers()
    const declared = new Map(prepared.columns().map(({ name, type }) => [name, typeOf(type ?? '')]))
    return rowsOf
      .parse(prepared.all(...bound(statement)))
      .map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellOf(value, declared.get(name))])),
      )
  }
  return {
    id: async () => {
      const { ino, birthtimeMs } = statSync(path)
      return `${ino}-${Math.round(birthtimeMs)}`
    },
    columns: async (table) =>
      using(true, (db) => {
        const columns = described(db, table)
        return columns.length === 0 ? null : columns
      }),
    read: async (statement) => using(true, (db) => select(db, statement)),
    write: async (statements) =>
      using(false, (db) => {
        const all = db.transaction(() => statements.map((statement) => attempted(db, statement)))
        return all.immediate()
      }),
    mark: () => '?',
    types,
    close: async () => {},
  }
}
