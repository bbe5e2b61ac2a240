import { z } from 'zod'
import type { Page } from '../../core/contract/record.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'
import { recordOf } from './map.ts'
import type { Source, SqlContext } from './settings.ts'
import { columnsOf, step } from './table.ts'

const pageSize = 500
const cursors = z.record(z.string(), z.array(fieldValue))
type Cursors = Readonly<Record<string, readonly FieldValue[]>>

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`
/** The table of contacts, where it has a time of change. */
const ownTable = async (ctx: SqlContext): Promise<readonly Source[]> => {
  const { table, changed, keyColumn } = ctx.settings
  if (!(await columnsOf(ctx))?.has(changed)) return []
  const name = table.split('.').map(quoted).join('.')
  return [
    { name: 'contacts', sql: `select * from ${name} where ${quoted(changed)} is not null`, by: [changed, keyColumn] },
  ]
}

/** Query after query, each from behind the last row that was seen of it. */
export async function* pull(ctx: SqlContext, cursor: string | null): AsyncGenerator<Page, void> {
  let seen: Cursors = cursor === null ? {} : cursors.parse(JSON.parse(cursor))
  for (const source of ctx.settings.queries ?? (await ownTable(ctx))) {
    while (true) {
      const rows = await step(ctx, source.sql, source.by, seen[source.name] ?? null, pageSize)
      const last = rows.at(-1)
      if (last === undefined) break
      seen = { ...seen, [source.name]: source.by.map((column) => last[column] ?? null) }
      yield { records: rows.flatMap((row) => recordOf(row, source, ctx.settings)), cursor: JSON.stringify(seen) }
      if (rows.length < pageSize) break
    }
  }
}
