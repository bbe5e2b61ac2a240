import type { Contact, Receipt } from '../../core/contract/change.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { identifiersOf, placeOf, placesOf } from './map.ts'
import type { FileContext } from './settings.ts'
import { type Row, replace, sheetAt } from './sheet.ts'

/** Takes the lines of these people out of a file; answers whom it has found there. */
const eraseIn = async (ctx: FileContext, file: string, contacts: readonly Contact[]): Promise<ReadonlySet<string>> => {
  const sheet = await sheetAt(ctx, file)
  const theirs = placesOf(contacts.map(({ key }) => ({ [key.type]: key.value })))
  const isTheirs = (row: Row) => identifiersOf(row).some((key) => placeOf(theirs, { key }) !== undefined)
  const rows = sheet.rows.filter((row) => !isTheirs(row))
  if (rows.length < sheet.rows.length && !(await replace(ctx, file, sheet, { columns: sheet.columns, rows })))
    throw new ConnectorError('transient', `erasing in ${file}: somebody has written it meanwhile; it is tried again`)
  const places = placesOf(sheet.rows)
  return new Set(contacts.flatMap((contact) => (placeOf(places, contact) === undefined ? [] : [contact.id])))
}

/** What a person did goes first: whoever is still in the list is found again if the second file cannot be written. */
export const erase = async (ctx: FileContext, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const told = await eraseIn(ctx, ctx.settings.events, contacts)
  const listed = await eraseIn(ctx, ctx.settings.contacts, contacts)
  return contacts.map(({ id }) => ({ contact: id, status: told.has(id) || listed.has(id) ? 'applied' : 'unchanged' }))
}
