import type { Db } from './database.ts'
import { migrations } from './schema.ts'

/** What a look through a store found. */
export interface Inspection {
  /** Migrations that it has seen; 0: it is no store. */
  readonly schema: number
  /** Migrations that this Leitstern knows. */
  readonly newest: number
  readonly messages: number
  readonly profiles: number
  readonly contacts: number
  /** Epoch milliseconds at which the first profile falls due; null: none does. */
  readonly nextDue: number | null
  /** What is wrong, a sentence each; empty: nothing. */
  readonly faults: readonly string[]
}

const most = 10
const nothing = { schema: 0, newest: migrations.length, messages: 0, profiles: 0, contacts: 0, nextDue: null } as const
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A file that SQLite cannot read. */
export const unreadable = (error: unknown): Inspection => ({
  ...nothing,
  faults: [`SQLite cannot read it: ${messageOf(error)}`],
})

/** Rows that must not be there, and what they mean. */
const strays: readonly (readonly [meaning: string, sql: string])[] = [
  [
    'identifiers whose component is missing',
    'select count(*) as n from nodes where component not in (select id from components)',
  ],
  [
    'components without an identifier',
    'select count(*) as n from components where id not in (select component from nodes)',
  ],
  [
    'profiles whose component is missing',
    'select count(*) as n from profiles where component not in (select id from components)',
  ],
  ['profiles that no identifier leads to', 'select count(*) as n from profiles where id not in (select id from nodes)'],
  ['components that are not JSON', 'select count(*) as n from components where not json_valid(body)'],
  ['contacts that are not JSON', 'select count(*) as n from contacts where not json_valid(body)'],
]

const countOf = (db: Db, sql: string): number => db.prepare<[], { n: number }>(sql).get()?.n ?? 0
const damage = (db: Db): readonly string[] =>
  db
    .prepare<[], { integrity_check: string }>(`pragma integrity_check(${most})`)
    .all()
    .flatMap(({ integrity_check: line }) => (line === 'ok' ? [] : [`SQLite: ${line}`]))
const strayRows = (db: Db): readonly string[] =>
  strays.flatMap(([meaning, sql]) => {
    const count = countOf(db, sql)
    return count === 0 ? [] : [`${count} ${meaning}`]
  })

const isStore = (db: Db): boolean =>
  countOf(
    db,
    "select count(*) as n from sqlite_master where type = 'table' and name in ('messages', 'components', 'facts')",
  ) === 3

/** Looks through a store: whether the file is whole, and whether what hangs together does. Takes as long as reading all of it. */
export const inspect = (db: Db): Inspection => {
  try {
    if (!isStore(db)) return { ...nothing, faults: ['it is a database, but no store of Leitstern'] }
    const schema = Number(db.pragma('user_version', { simple: true }))
    return {
      schema,
      newest: migrations.length,
      messages: countOf(db, 'select count(*) as n from messages'),
      profiles: countOf(db, 'select count(*) as n from profiles'),
      contacts: countOf(db, 'select count(*) as n from contacts'),
      nextDue: db.prepare<[], { at: number | null }>('select min(due_at) as at from profiles').get()?.at ?? null,
      faults: [
        ...(schema > migrations.length
          ? [`its schema ${schema} is newer than the ${migrations.length} known here`]
          : []),
        ...damage(db),
        ...strayRows(db),
      ],
    }
  } catch (error) {
    return unreadable(error)
  }
}
