import type { Needs, SetupReport } from '../../core/contract/connector.ts'
import { listColumn, type SqlContext } from './settings.ts'
import { createColumns } from './table.ts'

/** Makes the table, and the columns that it lacks. */
export const setUp = async (ctx: SqlContext, { fields, memberships }: Needs): Promise<SetupReport> => {
  const housekeeping = [
    { name: ctx.settings.changed, type: 'datetime' },
    { name: listColumn, type: 'text' },
  ] as const
  const made = await createColumns(ctx, [...housekeeping, ...fields])
  const lists = memberships.map(({ name }) => `list ${name}`)
  const isMade = ({ name }: { readonly name: string }) => made.includes(name)
  return {
    created: made.map((name) => `column ${name}`),
    present: [...fields.filter((field) => !isMade(field)).map(({ name }) => `column ${name}`), ...lists],
    manual: [],
  }
}
