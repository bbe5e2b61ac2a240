import { z } from 'zod'
import { type FieldType, fieldTypes, type ToolField } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'
import { listColumn, type Row, type Settings, type SqlContext } from './settings.ts'

const row = z.record(z.string(), fieldValue)
const column = z.object({ name: z.string(), type: z.string() })
const refusal = z.object({ detail: z.string() })

const pathOf = ({ settings }: SqlContext, rest = ''): string => `/tables/${encodeURIComponent(settings.table)}${rest}`

/** The columns of the table of contacts; null: there is no such table. */
export const columnsOf = async (ctx: SqlContext): Promise<ReadonlyMap<string, FieldType> | null> => {
  const reply = z.union([z.object({ columns: z.array(column) }), refusal])
  const { body } = await ctx.http({ method: 'GET', path: pathOf(ctx), accept: [404], reply })
  if (!('columns' in body)) return null
  return new Map(body.columns.map(({ name, type }) => [name, fieldTypes.find((known) => known === type) ?? 'text']))
}
export const fieldsOf = async (ctx: SqlContext): Promise<readonly ToolField[]> => {
  const columns = await columnsOf(ctx)
  return [...(columns ?? [])]
    .filter(([name]) => isField(ctx, name))
    .map(([name, type]) => ({ name, type, label: name, writable: true }))
}
const isField = ({ settings: { keyColumn, changed, consent } }: SqlContext, name: string): boolean =>
  ![keyColumn, changed, consent, listColumn].includes(name)

/** Whom a key names: addresses are the same in any letters, and two ids that differ in them are two people. */
export const nameIn = ({ keyType }: Settings, key: FieldValue | undefined): string =>
  keyType === 'email' ? String(key).toLowerCase() : String(key)

/** All rows of these people: one address may have several. */
export const rowsFor = async (ctx: SqlContext, keys: readonly string[]): Promise<readonly Row[]> => {
  const { settings } = ctx
  const json = { column: settings.keyColumn, values: keys }
  const reply = z.object({ rows: z.array(row) })
  const { body } = await ctx.http({ method: 'POST', path: pathOf(ctx, '/find'), json, reply })
  const names = new Set(keys.map((key) => nameIn(settings, key)))
  return body.rows.filter((one) => names.has(nameIn(settings, one[settings.keyColumn])))
}
/** Rows by whom they are about. */
export const rowsOf = async (ctx: SqlContext, keys: readonly string[]): Promise<ReadonlyMap<string, Row>> =>
  new Map((await rowsFor(ctx, keys)).map((one) => [nameIn(ctx.settings, one[ctx.settings.keyColumn]), one]))

/** Writes rows whole, in one transaction; answers each as it is stored, or why it was refused. */
export const storeRows = async (ctx: SqlContext, upserts: readonly Row[]) => {
  const { keyColumn } = ctx.settings
  const { body } = await ctx.http({
    method: 'POST',
    path: pathOf(ctx, '/change'),
    json: { key: keyColumn, upserts, deletes: [] },
    reply: z.object({ rows: z.array(row), refusals: z.array(z.string().nullable()) }),
  })
  const stored = new Map(body.rows.map((one) => [String(one[keyColumn]), one]))
  return upserts.map((sent, place) => ({
    refusal: body.refusals[place] ?? null,
    stored: stored.get(String(sent[keyColumn])),
  }))
}
export const deleteRows = async (ctx: SqlContext, keys: readonly FieldValue[]): Promise<void> => {
  const json = { key: ctx.settings.keyColumn, upserts: [], deletes: keys }
  await ctx.http({ method: 'POST', path: pathOf(ctx, '/change'), json, reply: z.object({ rows: z.array(row) }) })
}
export const createColumns = async (ctx: SqlContext, columns: readonly Pick<ToolField, 'name' | 'type'>[]) => {
  const { body } = await ctx.http({
    method: 'PUT',
    path: pathOf(ctx),
    json: {
      key: ctx.settings.keyColumn,
      columns: columns.map(({ name, type }) => ({ name, type: type === 'url' ? 'text' : type })),
    },
    reply: z.object({ created: z.array(z.string()) }),
  })
  return body.created
}
/** The columns, where there must be a table. */
export const requiredColumns = async (ctx: SqlContext) => {
  const columns = await columnsOf(ctx)
  if (columns !== null) return columns
  throw new ConnectorError(
    'config',
    `reading the table ${ctx.settings.table}: the database has none; run setup, or set \`table\``,
  )
}

/** Steps through a query: the rows behind a place in its order. */
export const step = async (
  { http }: SqlContext,
  query: string,
  by: readonly string[],
  after: readonly FieldValue[] | null,
  limit: number,
): Promise<readonly Row[]> => {
  const json = { query, by, after, limit }
  const { body } = await http({ method: 'POST', path: '/query', json, reply: z.object({ rows: z.array(row) }) })
  return body.rows
}
