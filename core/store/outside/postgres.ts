import { Client, DatabaseError, type QueryResult } from 'pg'
import type { Cell, Column, ColumnType, Row, Statement } from './dialect.ts'
import { cellOf, type Engine } from './engine.ts'
import { lossless } from './postgres-values.ts'

export interface PostgresAddress {
  /** As it was resolved and judged: the name is not looked up again. */
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
  /** The name that the server's certificate must bear; null: no TLS, as on this machine. */
  readonly tls: string | null
  readonly timeoutMs: number
}

const types: Readonly<Record<ColumnType, string>> = {
  text: 'text',
  number: 'double precision',
  boolean: 'boolean',
  datetime: 'timestamptz',
}
const typeOf = (declared: string): ColumnType => {
  if (declared === 'boolean') return 'boolean'
  if (declared.startsWith('timestamp') || declared === 'date') return 'datetime'
  return /int|numeric|real|double/.test(declared) ? 'number' : 'text'
}
const mark = (place: number): string => `$${place}`

const withColumns = ({ rows, fields }: QueryResult<Record<string, unknown>>): readonly Row[] =>
  rows.map((row) => Object.fromEntries(fields.map(({ name }): [string, Cell] => [name, cellOf(row[name], undefined)])))

/** A PostgreSQL database over one connection, which lasts as long as the exchange. Throws pg's own errors. */
export const openPostgres = async (address: PostgresAddress): Promise<Engine> => {
  const { tls, timeoutMs, ...where } = address
  const client = new Client({
    ...where,
    ssl: tls === null ? false : { servername: tls },
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    statement_timeout: timeoutMs,
    application_name: 'leitstern',
    types: lossless,
  })
  // A connection that breaks fails the query that runs; unheard, the event would end the process beside that.
  client.on('error', () => {})
  await client.connect()
  const run = ({ text, values }: Statement) => client.query<Record<string, unknown>>(text, [...values])
  const within = async <T>(begin: string, work: () => Promise<T>): Promise<T> => {
    await client.query(begin)
    try {
      const result = await work()
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    }
  }
  const reading = <T>(work: () => Promise<T>) => within('begin transaction read only', work)
  const columns = async (table: string): Promise<readonly Column[] | null> => {
    const described = await run({
      text: 'select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute where attrelid = to_regclass($1) and attnum > 0 and not attisdropped order by attnum',
      values: [
        table
          .split('.')
          .map((part) => `"${part.replaceAll('"', '""')}"`)
          .join('.'),
      ],
    })
    const found = described.rows.map(({ name, type }): Column => ({ name: String(name), type: typeOf(String(type)) }))
    return found.length === 0 ? null : found
  }
  /** A statement that fails undoes itself alone; a broken connection fails the whole. */
  const attempted = async (statement: Statement): Promise<string | null> => {
    await client.query('savepoint one')
    try {
      await run(statement)
      return null
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error
      await client.query('rollback to savepoint one')
      return error.message
    }
  }
  return {
    id: () =>
      reading(async () => {
        // The system's identifier is for those who may read it; the database's oid changes when it is restored from a dump.
        const { rows } = await run({
          text: "select oid::text || '@' || current_database() as id from pg_database where datname = current_database()",
          values: [],
        })
        return String(rows[0]?.id)
      }),
    columns: (table) => reading(() => columns(table)),
    read: (statement) => reading(async () => withColumns(await run(statement))),
    write: (statements) =>
      within('begin', async () => {
        const refusals: (string | null)[] = []
        for (const statement of statements) refusals.push(await attempted(statement))
        return refusals
      }),
    mark,
    types,
    close: () => client.end(),
  }
}
