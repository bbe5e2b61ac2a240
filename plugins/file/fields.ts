import type { ToolField } from '../../core/contract/connector.ts'
import { fieldOf, isField, type Types } from './map.ts'
import type { FileContext } from './settings.ts'
import { type Sheet, sheetAt } from './sheet.ts'

/** Says of which type each field is, and what it is for: a cell alone does not tell. */
export const fieldsFile = 'fields.csv'

/** The contacts, and the fields that they have: those listed, and every further column. */
export interface Contacts {
  readonly sheet: Sheet
  readonly fields: readonly ToolField[]
  readonly types: Types
}

export const contactsIn = async (ctx: FileContext): Promise<Contacts> => {
  const listed = (await sheetAt(ctx, fieldsFile)).rows.flatMap(fieldOf)
  const sheet = await sheetAt(ctx, ctx.settings.contacts)
  const further = sheet.columns.filter((name) => isField(name) && !listed.some((field) => field.name === name))
  const fields = [...listed, ...further.map((name): ToolField => ({ name, type: 'text', label: name, writable: true }))]
  return { sheet, fields, types: new Map(fields.map(({ name, type }) => [name, type])) }
}
