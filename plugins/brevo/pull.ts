import { z } from 'zod'
import type { ContactRecord, Page } from '../../core/contract/record.ts'
import { cursorIn } from '../../core/contract/trail.ts'
import { type Listing, modifiedSince, pageSize } from './contact.ts'
import { recordOf } from './map.ts'
import type { Wire } from './settings.ts'

const cursorShape = z.object({
  /** Contacts that were modified after it are read, in the order in which they were made; `null`: all. */
  since: z.string().nullable(),
  /** When the sweep began, by our clock; `null`: it has not. */
  startedAt: z.number().nullable(),
  offset: z.number(),
  /** How many there were on the page before. */
  count: z.number(),
  /** Records that were given out by the sweep before, and are met again by this one. */
  given: z.array(z.string()),
  /** Those that the next sweep will meet again. */
  late: z.array(z.string()),
})
type Cursor = z.output<typeof cursorShape>

const beginning: Cursor = { since: null, startedAt: null, offset: 0, count: 0, given: [], late: [] }
const cursorFrom = (text: string | null): Cursor =>
  text === null ? beginning : cursorIn(cursorShape, text, 'a pull from Brevo')

/** Clocks differ by that at most. */
const skewMs = 300_000
const timeOf = ({ at }: ContactRecord) => Date.parse(at)

/** What is new on a page, and the cursor after it. */
const advanced = (from: Cursor, startedAt: number, { contacts, count }: Listing) => {
  const known = new Set(from.given)
  const met = contacts.map(recordOf)
  const records = met.filter(({ id }) => !known.has(id)).sort((a, b) => timeOf(a) - timeOf(b))
  const edge = startedAt - skewMs
  const late = [...from.late, ...met.filter((record) => timeOf(record) > edge).map(({ id }) => id)]
  const offset = from.offset + contacts.length
  const isLast = contacts.length < pageSize || offset >= count
  const cursor: Cursor = isLast
    ? { ...beginning, since: new Date(edge).toISOString(), given: late }
    : { ...from, startedAt, offset, count, late }
  // Without news too where a sweep ends that the cursor was in the middle of.
  const isTold = records.length > 0 || (isLast && from.startedAt !== null)
  return { records, cursor, isLast, isTold }
}

/**
 * Sweeps over those who changed. Brevo lists them in the order in which they were made and pages by offset: who is deleted
 * meanwhile moves the others up, so that a shorter count starts the sweep anew. What changes on a page after it was read
 * is later than the beginning of the sweep, and so is news for the next one.
 */
export async function* pull(ctx: Wire, text: string | null): AsyncGenerator<Page, void> {
  let cursor = cursorFrom(text)
  while (true) {
    const startedAt = cursor.startedAt ?? ctx.now()
    const listing = await modifiedSince(ctx, cursor.since, cursor.offset)
    const isShorter = listing.count < cursor.count
    if (isShorter) {
      cursor = { ...cursor, startedAt, offset: 0, count: 0, late: [] }
      continue
    }
    const { records, cursor: next, isLast, isTold } = advanced(cursor, startedAt, listing)
    cursor = next
    if (isTold) yield { records, cursor: JSON.stringify(cursor) }
    if (isLast) return
  }
}
