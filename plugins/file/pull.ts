import type { Page, SourceRecord } from '../../core/contract/record.ts'
import { contactsIn } from './fields.ts'
import { eventOf, recordOf } from './map.ts'
import type { FileContext } from './settings.ts'
import { sheetAt } from './sheet.ts'

const pageSize = 200

/** Where a record stands among all: by time, then by name. */
const placeOf = ({ at, id }: SourceRecord): string => `${at} ${id}`

/** The files are read whole; what stands behind the cursor is new. */
export async function* pull(ctx: FileContext, cursor: string | null): AsyncGenerator<Page, void> {
  const { sheet, types } = await contactsIn(ctx)
  const events = await sheetAt(ctx, ctx.settings.events)
  const contacts = sheet.rows
    .map((row) => recordOf(row, sheet.modified, types))
    .filter((one) => one.identifiers.length > 0)
  const records: readonly SourceRecord[] = [...contacts, ...events.rows.flatMap((row) => eventOf(row, events.modified))]
  const news = records
    .filter((record) => cursor === null || placeOf(record) > cursor)
    .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
  for (let from = 0; from < news.length; from += pageSize) {
    const page = news.slice(from, from + pageSize)
    const last = page.at(-1)
    if (last !== undefined && !ctx.signal.aborted) yield { records: page, cursor: placeOf(last) }
  }
}
