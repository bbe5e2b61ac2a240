import { z } from 'zod'
import type { Page } from './record.ts'
import { advanced, cursorIn, type Stretch, type Timed, trail } from './trail.ts'

/** One page of what is from `since` on, oldest first. `token` is what the page before named as `next`; `null` begins and ends. */
export type Pager = (
  since: number,
  token: string | null,
) => Promise<{ readonly rows: readonly Timed[]; readonly next: string | null }>

/** The time and the id to go on behind. */
const mark = z.tuple([z.number(), z.string()])
/**
 * Pages of a collection that can be asked for what sorts after a time and an id, the records' `remoteId`: rows of the time
 * `at` whose id sorts after `id`, and all later ones. A page with fewer rows than `size` is the last.
 */
export const keyset =
  (rowsAfter: (at: number, id: string) => Promise<readonly Timed[]>, size: number): Pager =>
  async (since, token) => {
    const [at, id] = token === null ? [since, ''] : mark.parse(JSON.parse(token))
    const rows = await rowsAfter(at, id)
    const last = rows.length < size ? undefined : rows.at(-1)
    return { rows, next: last ? JSON.stringify([last.at, last.record.remoteId ?? '']) : null }
  }

/** A trail, and how far the pages from its beginning on have been read. */
const place = trail.extend({ token: z.string().nullable() })
type Place = z.output<typeof place>
const startAt = (since: number): Place => ({ since, given: [], token: null })
const places = z.record(z.string(), place)
/** Where streams begin in the very first pull, by name, in milliseconds; at the beginning unless stated. */
export type Starts = Readonly<Record<string, number>>

const placesFrom = (cursor: string | null, starts: Starts): Readonly<Record<string, Place>> =>
  cursor === null
    ? Object.fromEntries(Object.entries(starts).map(([name, since]) => [name, startAt(since)]))
    : cursorIn(places, cursor, 'a pull')

export interface Clock {
  readonly now: () => number
  /** What happened this recently may still be followed by something earlier. */
  readonly unsettledMs: number
}
interface Step extends Stretch {
  readonly trail: Place
}
async function* follow(from: Place, page: Pager, { now, unsettledMs }: Clock): AsyncGenerator<Step, void> {
  let reached = from
  while (true) {
    const before = reached
    const { rows, next } = await page(before.since, before.token)
    const inRange = rows.filter(({ at }) => at >= before.since)
    const { records, trail: to } = advanced(before, inRange, now() - unsettledMs)
    reached = { since: next === null ? to.since : before.since, given: to.given, token: next }
    // Without news, too, when that spares the next pull what is settled by now.
    const isShorter = reached.given.length < before.given.length || (next === null && before.token !== null)
    if (records.length > 0 || isShorter) yield { records, trail: reached }
    if (next === null) return
  }
}

/**
 * Follows streams of a tool to their ends, one after the other, under one cursor: what a `pull` is. Records that are
 * about nobody are left out. Throws `invalid` for a cursor that is none of its own.
 */
export async function* followAll(
  cursor: string | null,
  streams: Readonly<Record<string, Pager>>,
  clock: Clock,
  starts: Starts = {},
): AsyncGenerator<Page, void> {
  let reached = placesFrom(cursor, starts)
  for (const [name, page] of Object.entries(streams))
    for await (const { records, trail: to } of follow(reached[name] ?? startAt(0), page, clock)) {
      reached = { ...reached, [name]: to }
      const aboutSomebody = records.filter(({ identifiers }) => identifiers.length > 0)
      yield { records: aboutSomebody, cursor: JSON.stringify(reached) }
    }
}

interface Counted {
  readonly rows: readonly Timed[]
  /** Whether there may be more. */
  readonly isFull: boolean
  /** The time of the last item on the page, be there a row for it or not. */
  readonly last: number | undefined
}
/**
 * Pages of a tool that lists by time and counts by offset: each is asked for by the last time that was seen, since an
 * offset would jump over others as soon as something moves to the end. Only where a whole page has one time it counts.
 */
export const byOffset =
  (size: number, pageFrom: (at: number, offset: number) => Promise<Counted>): Pager =>
  async (since, token) => {
    const [at = since, offset = 0] = token === null ? [] : token.split(':').map(Number)
    const { rows, isFull, last = at } = await pageFrom(at, offset)
    if (!isFull) return { rows, next: null }
    return { rows, next: last > at ? `${last}:0` : `${at}:${offset + size}` }
  }
