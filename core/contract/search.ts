import type { SourceRecord } from './record.ts'
import { advanced, cursorIn, type Stretch, type Timed, type Trail, trail, trailFrom } from './trail.ts'

/** How far a search has been followed, from what a pull gave out as its cursor; `null` is the beginning. */
export const searchTrail = (cursor: string | null, tool: string): Trail =>
  cursor === null ? trailFrom(0) : cursorIn(trail, cursor, `a pull from ${tool}`)

/** A page from `at` on, oldest first. `after` pages on with the same `at`. */
export type Search = (
  at: number,
  after: string | undefined,
) => Promise<{
  readonly records: readonly SourceRecord[]
  readonly after: string | undefined
}>
interface Pace {
  readonly now: () => number
  /** So long after a change a tool may still show one that was made before it. */
  readonly unsettledMs: number
}
const rowOf = (record: SourceRecord): Timed => ({ at: Date.parse(record.at), record })

/**
 * Follows a search to its end by the time of what it finds, and not by an offset: what changes meanwhile moves to the end,
 * so that an offset would jump over others, and some tools end every search after a number of them. Only where a whole
 * page has one time it pages on.
 */
export async function* followSearch(
  from: Trail,
  search: Search,
  { now, unsettledMs }: Pace,
): AsyncGenerator<Stretch, void> {
  let reached = from
  let at = from.since
  let after: string | undefined
  while (true) {
    const page = await search(at, after)
    const rows = page.records.map(rowOf)
    const stretch = advanced(reached, rows, now() - unsettledMs)
    const isShorter = stretch.trail.given.length < reached.given.length
    reached = stretch.trail
    // Without news, too, when that spares the next pull what is settled by now.
    if (stretch.records.length > 0 || isShorter) yield stretch
    if (page.after === undefined) return
    const bound = rows.at(-1)?.at ?? at
    after = bound > at ? undefined : page.after
    at = Math.max(at, bound)
  }
}
