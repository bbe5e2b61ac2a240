import { z } from 'zod'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { ContactRecord, Page } from '../../core/contract/record.ts'
import { modifiedSince, pageSize } from './contact.ts'
import { recordOf } from './map.ts'
import type { Wire } from './settings.ts'

const cursorShape = z.object({
  /** Contacts that were modified after it are read, in the order in which they were made; `null`: all. */
  since: z.string().nullable(),
  offset: z.number(),
  /** How many there were on the page before. */
  count: z.number(),
  /** The latest change that was seen since. */
  newest: z.string().nullable(),
  /** Records around `newest`, given out already. */
  given: z.array(z.string()),
})
type Cursor = z.output<typeof cursorShape>

const beginning: Cursor = { since: null, offset: 0, count: 0, newest: null, given: [] }
const cursorFrom = (text: string | null): Cursor => {
  if (text === null) return beginning
  try {
    return cursorShape.parse(JSON.parse(text))
  } catch (cause) {
    const message = 'reading the cursor of a pull from Brevo: it is none of ours, so start from the beginning'
    throw new ConnectorError('invalid', message, { cause })
  }
}

const overlapMs = 1000
const timeOf = ({ at }: ContactRecord) => Date.parse(at)
const later = (newest: string | null, records: readonly ContactRecord[]) =>
  records.reduce<string | null>((latest, { at }) => (latest === null || at > latest ? at : latest), newest)

/** After a page; with the last one the next sweep begins, a second early, for Brevo does not say how exact it compares. */
const after = (from: Cursor, records: readonly ContactRecord[], isLast: boolean, count: number): Cursor => {
  const newest = later(from.newest, records)
  const edge = newest === null ? 0 : Date.parse(newest) - overlapMs
  const late = records.filter((record) => timeOf(record) > edge).map(({ id }) => id)
  const given = newest === from.newest ? [...new Set([...from.given, ...late])] : late
  if (!isLast)
    return { since: from.since, offset: from.offset + records.length, count, newest, given: [...from.given, ...late] }
  return { since: newest === null ? null : new Date(edge).toISOString(), offset: 0, count: 0, newest, given }
}

/**
 * Sweeps over those who changed. Brevo lists them in the order in which they were made and pages by offset: who is deleted
 * meanwhile moves the others up, so that a shorter count starts the sweep anew.
 */
export async function* pull(ctx: Wire, text: string | null): AsyncGenerator<Page, void> {
  let cursor = cursorFrom(text)
  while (true) {
    const { contacts, count } = await modifiedSince(ctx, cursor.since, cursor.offset)
    if (count < cursor.count) {
      cursor = { ...cursor, offset: 0, count: 0 }
      continue
    }
    const records = contacts.map(recordOf)
    const known = new Set(cursor.given)
    const fresh = records.filter(({ id }) => !known.has(id)).sort((a, b) => timeOf(a) - timeOf(b))
    const isLast = contacts.length < pageSize || cursor.offset + contacts.length >= count
    cursor = after(cursor, records, isLast, count)
    if (fresh.length > 0) yield { records: fresh, cursor: JSON.stringify(cursor) }
    if (isLast) return
  }
}
