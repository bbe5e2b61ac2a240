import type { Cell, Column, ColumnType, Mark, Row, Statement } from './dialect.ts'

/** Somebody else's database, for one exchange. */
export interface Engine {
  /** Which database this is: another one, or a restored one, has another id. */
  readonly id: () => Promise<string>
  /** null: there is no such table. */
  readonly columns: (table: string) => Promise<readonly Column[] | null>
  /** In a transaction that cannot write. */
  readonly read: (statement: Statement) => Promise<readonly Row[]>
  /** In one transaction. A statement that the database refuses undoes itself alone; why, in order, or null. */
  readonly write: (statements: readonly Statement[]) => Promise<readonly (string | null)[]>
  readonly mark: Mark
  readonly types: Readonly<Record<ColumnType, string>>
  readonly close: () => Promise<void>
}

/** What a double cannot hold is a text: half an id would be somebody else's. */
const exact = (value: bigint): number | string => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : String(value)
}

/** A value as the wire carries it: times as ISO 8601 in UTC. */
export const cellOf = (value: unknown, type: ColumnType | undefined): Cell => {
  if (value === null || value === undefined) return null
  if (value instanceof Date) return value.toISOString()
  if (type === 'boolean') return value === true || value === 1 || value === 1n || value === 'true'
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return typeof value === 'bigint' ? exact(value) : JSON.stringify(value)
}
