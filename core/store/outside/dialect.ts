/** What a column of somebody else's table holds, in words that every database can be asked for. */
export const columnTypes = ['text', 'number', 'boolean', 'datetime'] as const
export type ColumnType = (typeof columnTypes)[number]
export interface Column {
  readonly name: string
  readonly type: ColumnType
}
export type Cell = string | number | boolean | null
export type Row = Readonly<Record<string, Cell>>

/** How an engine writes the place of its n-th value, from 1 on. A query of somebody else's may hold question marks of its own. */
export type Mark = (place: number) => string
/** A statement and what it is given, in the order of its places. */
export interface Statement {
  readonly text: string
  readonly values: readonly Cell[]
}
/** One step of a keyset through a query: rows behind the cursor, in its order. */
export interface Step {
  readonly query: string
  /** Columns of the query that order it; together they name a row. */
  readonly by: readonly string[]
  readonly after: readonly Cell[] | null
  readonly limit: number
}

/** A name as it is, whatever it holds: doubled quotes end nothing (SQL-92, delimited identifier). */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
/** `schema.table` or `table`. */
const tableName = (table: string): string => table.split('.').map(quoted).join('.')

const marks = (mark: Mark, count: number, written = (place: string) => place): string =>
  Array.from({ length: count }, (_, place) => written(mark(place + 1))).join(', ')
const listed = (columns: readonly string[]): string => columns.map(quoted).join(', ')

/** In whatever letters, by the engine's own idea of them; whoever asks tells apart what differs in them. Numbers as their texts. */
export const selectIn = (mark: Mark, table: string, column: string, values: readonly Cell[]): Statement => ({
  text: `select * from ${tableName(table)} where lower(cast(${quoted(column)} as text)) in (${marks(mark, values.length, (place) => `lower(${place})`)})`,
  values: values.map(String),
})

/** Rows compare as a whole (SQL-92, row value constructor): both engines do. */
export const stepOf = (mark: Mark, { query, by, after, limit }: Step): Statement => ({
  text: `select * from (${query}) as source${
    after === null ? '' : ` where (${listed(by)}) > (${marks(mark, after.length)})`
  } order by ${listed(by)} limit ${mark((after?.length ?? 0) + 1)}`,
  values: [...(after ?? []), limit],
})

export const upsertOf = (mark: Mark, table: string, key: string, row: Row): Statement => {
  const columns = Object.keys(row)
  const others = columns.filter((column) => column !== key)
  const set = others.map((column) => `${quoted(column)} = excluded.${quoted(column)}`).join(', ')
  return {
    text: `insert into ${tableName(table)} (${listed(columns)}) values (${marks(mark, columns.length)}) on conflict (${quoted(key)}) do ${set === '' ? 'nothing' : `update set ${set}`}`,
    values: columns.map((column) => row[column] ?? null),
  }
}
export const deleteIn = (mark: Mark, table: string, column: string, values: readonly Cell[]): Statement => ({
  text: `delete from ${tableName(table)} where ${quoted(column)} in (${marks(mark, values.length)})`,
  values,
})

export const createTable = (table: string, key: string, keyType: string): string =>
  `create table if not exists ${tableName(table)} (${quoted(key)} ${keyType} primary key)`
export const addColumn = (table: string, { name }: Column, type: string): string =>
  `alter table ${tableName(table)} add column ${quoted(name)} ${type}`
