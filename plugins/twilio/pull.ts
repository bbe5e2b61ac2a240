import { z } from 'zod'
import type { ContactRecord, Page, SourceRecord } from '../../core/contract/record.ts'
import { cursorIn } from '../../core/contract/trail.ts'
import { recordOf as userRecord } from './map.ts'
import { recordOf as messageRecord, messagesWith, placeIn, sentAt } from './message.ts'
import type { Wire } from './settings.ts'
import { user, usersPath } from './user.ts'

const sweep = z.object({
  /** Users that changed later than this are news, in milliseconds. */
  since: z.number(),
  /** Those of them that were given out by the sweep before. */
  given: z.array(z.string()),
  /** Those that the next sweep will meet again. */
  late: z.array(z.string()),
  /** When the sweep began, by our clock, and where it is; `null`: the next one has not begun. */
  under: z.object({ startedAt: z.number(), place: z.record(z.string(), z.string()) }).nullable(),
})
type Sweep = z.output<typeof sweep>
const cursorShape = z.object({
  users: sweep,
  /** Messages sent before this were read, in milliseconds; `null`: none yet. */
  messages: z.number().nullable(),
})
type Cursor = z.output<typeof cursorShape>

const beginning: Cursor = { users: { since: 0, given: [], late: [], under: null }, messages: null }
const cursorFrom = (text: string | null): Cursor =>
  text === null ? beginning : cursorIn(cursorShape, text, 'a pull from Twilio')

const timeOf = ({ at }: ContactRecord) => Date.parse(at)
/** Clocks differ by that at most. */
const skewMs = 300_000
const listing = z.object({ users: z.array(user), meta: z.object({ next_page_url: z.string().nullish() }) })
interface Stretch {
  readonly records: readonly SourceRecord[]
  readonly sweep: Sweep
}
/**
 * Twilio lists users in no order of time and by no filter, so that all of them are gone through. What changes on a page
 * after it was read is later than the beginning of the sweep, and so is news for the next one.
 */
async function* usersFrom(ctx: Wire, from: Sweep): AsyncGenerator<Stretch, void> {
  let reached = from
  while (true) {
    const { startedAt, place } = reached.under ?? { startedAt: ctx.now(), place: {} }
    const query = { PageSize: 50, ...place }
    const { body } = await ctx.http({ method: 'GET', path: usersPath(ctx), query, reply: listing })
    const { since, given } = reached
    const news = body.users.map(userRecord).filter((record) => timeOf(record) > since)
    const known = new Set(given)
    const records = news.filter(({ id }) => !known.has(id)).sort((a, b) => timeOf(a) - timeOf(b))
    const next = body.meta.next_page_url ? placeIn(body.meta.next_page_url) : null
    const edge = startedAt - skewMs
    const late = [...reached.late, ...news.filter((record) => timeOf(record) > edge).map(({ id }) => id)]
    reached = next
      ? { since, given, late, under: { startedAt, place: next } }
      : { since: edge, given: late, late: [], under: null }
    yield { records, sweep: reached }
    if (!next) return
  }
}

const dayMs = 86_400_000
/** A message has found its last state by then, mostly; what people answer comes by webhook at once. */
const settledMs = 600_000
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)
/** What was sent from one time to another, oldest first. Twilio filters by whole days. */
const sentBetween = async (ctx: Wire, from: number, to: number): Promise<readonly SourceRecord[]> => {
  const filter = { 'DateSent>': dayOf(from), 'DateSent<': dayOf(to + dayMs) }
  const found = await messagesWith(ctx, filter)
  return found
    .toReversed()
    .filter((message) => sentAt(message) >= from && sentAt(message) < to)
    .flatMap((message) => messageRecord(message) ?? [])
}

/** First the users, then the messages day by day. */
export async function* pull(ctx: Wire, text: string | null): AsyncGenerator<Page, void> {
  let cursor = cursorFrom(text)
  for await (const { records, sweep: users } of usersFrom(ctx, cursor.users)) {
    // Without news too where a sweep has ended that the cursor was in the middle of.
    const hasEnded = cursor.users.under !== null && users.under === null
    cursor = { ...cursor, users }
    if (records.length > 0 || hasEnded) yield { records, cursor: JSON.stringify(cursor) }
  }
  const until = ctx.now() - settledMs
  let from = cursor.messages ?? until - ctx.settings.historyDays * dayMs
  while (from < until) {
    const to = Math.min(from + dayMs, until)
    const records = await sentBetween(ctx, from, to)
    cursor = { ...cursor, messages: to }
    if (records.length > 0 || to === until) yield { records, cursor: JSON.stringify(cursor) }
    from = to
  }
}
