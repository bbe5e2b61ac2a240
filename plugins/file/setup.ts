import type { Needs, SetupReport } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { contactsIn, fieldsFile } from './fields.ts'
import { keys, own } from './map.ts'
import { columnsOf } from './push.ts'
import type { FileContext } from './settings.ts'
import { replace, sheetAt } from './sheet.ts'

const columns = ['name', 'type', 'label']

/** Lists the fields with their types, and gives the list of contacts its columns. */
export const setUp = async (ctx: FileContext, { fields, memberships }: Needs): Promise<SetupReport> => {
  const listed = await sheetAt(ctx, fieldsFile)
  const { sheet } = await contactsIn(ctx)
  const missing = fields.filter(({ name }) => !listed.rows.some((row) => row.name === name))
  const present = fields.filter((field) => !missing.includes(field))
  const rows = [...listed.rows, ...missing.map(({ name, type, label }) => ({ name, type, label }))]
  const wanted = [...keys, own.consent, own.lists, own.at, ...fields.map(({ name }) => name)]
  const header = columnsOf(sheet.columns, [Object.fromEntries(wanted.map((name) => [name, '']))])
  const isListed = missing.length === 0 || (await replace(ctx, fieldsFile, listed, { columns, rows }))
  const isWide =
    header.length === sheet.columns.length ||
    (await replace(ctx, ctx.settings.contacts, sheet, { columns: header, rows: sheet.rows }))
  if (!isListed || !isWide)
    throw new ConnectorError('transient', 'setting up the folder: somebody has written a file meanwhile; run it again')
  return {
    created: missing.map(({ name }) => `field ${name}`),
    present: [...present.map(({ name }) => `field ${name}`), ...memberships.map(({ name }) => `list ${name}`)],
    manual: [],
  }
}
