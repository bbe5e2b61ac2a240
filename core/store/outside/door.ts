import { z } from 'zod'
import {
  addColumn,
  type Cell,
  columnTypes,
  createTable,
  deleteIn,
  type Row,
  type Statement,
  selectIn,
  stepOf,
  upsertOf,
} from './dialect.ts'
import type { Engine } from './engine.ts'

/** A request to a database behind the door of a tool, and its answer. */
export interface Asked {
  readonly method: string
  readonly path: string
  readonly body: unknown
}
export interface Answered {
  readonly status: number
  readonly json: unknown
}

const cell = z.union([z.string(), z.number(), z.boolean(), z.null()])
const row = z.record(z.string(), cell)
const column = z.object({ name: z.string().min(1), type: z.enum(columnTypes) })
const found = z.object({ column: z.string(), values: z.array(cell).max(1_000) })
const step = z.object({
  query: z.string().min(1),
  by: z.array(z.string()).min(1),
  after: z.array(cell).nullable(),
  limit: z.int().min(1).max(10_000),
})
const wanted = z.object({ key: z.string(), columns: z.array(column) })
const changes = z.object({
  key: z.string(),
  upserts: z.array(row).max(1_000),
  deletes: z.array(cell).max(1_000),
})

const ok = (json: unknown): Answered => ({ status: 200, json })
const absent: Answered = { status: 404, json: { detail: 'there is no such table' } }
const ddl = (text: string): Statement => ({ text, values: [] })

const rowsWith = (engine: Engine, table: string, name: string, values: readonly Cell[]): Promise<readonly Row[]> =>
  values.length === 0 ? Promise.resolve([]) : engine.read(selectIn(engine.mark, table, name, values))

/** Makes the table and the columns that it lacks; answers their names. */
const prepare = async (engine: Engine, table: string, body: unknown): Promise<Answered> => {
  const { key, columns } = wanted.parse(body)
  const known = await engine.columns(table)
  const has = (name: string) => name === key || (known ?? []).some((one) => one.name === name)
  const missing = columns.filter(({ name }) => !has(name))
  const refusals = await engine.write([
    ...(known === null ? [ddl(createTable(table, key, engine.types.text))] : []),
    ...missing.map((one) => ddl(addColumn(table, one, engine.types[one.type]))),
  ])
  const refused = refusals.find((reason) => reason !== null)
  return refused ? { status: 422, json: { detail: refused } } : ok({ created: missing.map(({ name }) => name) })
}

/** All of it in one transaction; answers the rows as they are stored then, and why some were refused, in order. */
const change = async (engine: Engine, table: string, body: unknown): Promise<Answered> => {
  const { key, upserts, deletes } = changes.parse(body)
  const gone = deletes.length === 0 ? [] : [deleteIn(engine.mark, table, key, deletes)]
  const refusals = await engine.write([...upserts.map((one) => upsertOf(engine.mark, table, key, one)), ...gone])
  const undeleted = gone.length > 0 ? (refusals.at(-1) ?? null) : null
  if (undeleted !== null) return { status: 422, json: { detail: undeleted } }
  const keys = upserts.map((one) => one[key] ?? null)
  return ok({ rows: await rowsWith(engine, table, key, keys), refusals: refusals.slice(0, upserts.length) })
}

type Route = (engine: Engine, table: string, body: unknown) => Promise<Answered>
const routes: Readonly<Record<string, Route>> = {
  'GET /': async (engine) => ok({ id: await engine.id() }),
  'POST /query': async (engine, _, body) => ok({ rows: await engine.read(stepOf(engine.mark, step.parse(body))) }),
  'GET /tables/*': async (engine, table) => {
    const columns = await engine.columns(table)
    return columns === null ? absent : ok({ columns })
  },
  'POST /tables/*/find': async (engine, table, body) => {
    const { column: name, values } = found.parse(body)
    return ok({ rows: await rowsWith(engine, table, name, values) })
  },
  'PUT /tables/*': prepare,
  'POST /tables/*/change': change,
}

/**
 * A database behind the same door as every tool: GET / names it, POST /query steps through a query in a transaction that cannot
 * write, and below /tables/{name} are its columns, rows by key, what is missing made, and changes.
 */
export const askDatabase = async (engine: Engine, { method, path, body }: Asked): Promise<Answered> => {
  const [, table = '', rest = ''] = /^\/tables\/([^/]+)(\/\w+)?$/.exec(path) ?? []
  const route = routes[`${method} ${table === '' ? path : `/tables/*${rest}`}`]
  if (route === undefined) return { status: 405, json: { detail: `${method} ${path}` } }
  return route(engine, decodeURIComponent(table), body)
}
