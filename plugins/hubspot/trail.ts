import { z } from 'zod'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { ContactRecord } from '../../core/contract/record.ts'

/** A search finds a change only some seconds after it was made, and one of two changes before the other. */
const unsettledMs = 30_000

const trail = z.object({
  /** The `lastmodifieddate` to go on from, in milliseconds. */
  since: z.number(),
  /** The records from then on that were given out already, with their times. */
  given: z.array(z.tuple([z.string(), z.number()])),
})
/** How far the contacts have been read. */
export type Trail = z.output<typeof trail>

/** Reads what `pull` gave out as its cursor; `null` is the beginning. */
export const trailFrom = (cursor: string | null): Trail => {
  if (cursor === null) return { since: 0, given: [] }
  try {
    return trail.parse(JSON.parse(cursor))
  } catch (cause) {
    const message = 'reading the cursor of a pull from HubSpot: it is none of ours, so start from the beginning'
    throw new ConnectorError('invalid', message, { cause })
  }
}

const timeOf = ({ at }: ContactRecord) => Date.parse(at)
const extended = ({ since, given }: Trail, records: readonly ContactRecord[], now: number): Trail => {
  const all = new Map([...given, ...records.map((record) => [record.id, timeOf(record)] as const)])
  const settled = Math.min(Math.max(since, ...all.values()), now - unsettledMs)
  const from = Math.max(since, settled)
  return { since: from, given: [...all].filter(([, at]) => at >= from) }
}

/** A page from `at` on, oldest first. `after` pages on with the same `at`. */
export type Search = (
  at: number,
  after: string | undefined,
) => Promise<{
  readonly records: readonly ContactRecord[]
  readonly after: string | undefined
}>
export interface Stretch {
  readonly records: readonly ContactRecord[]
  readonly trail: Trail
}
/**
 * Follows the contacts to the end by their time, and not by an offset: what changes meanwhile moves to the end, so
 * that an offset would jump over others, and HubSpot ends every search after 10,000. Only within one millisecond it
 * pages on.
 */
export async function* follow(from: Trail, search: Search, now: () => number): AsyncGenerator<Stretch, void> {
  let reached = from
  let at = from.since
  let after: string | undefined
  while (true) {
    const page = await search(at, after)
    const known = new Set(reached.given.map(([id]) => id))
    const fresh = page.records.filter(({ id }) => !known.has(id))
    const before = reached
    reached = extended(reached, page.records, now())
    // Without news, too, when that spares the next pull what is settled by now.
    if (fresh.length > 0 || reached.given.length < before.given.length) yield { records: fresh, trail: reached }
    if (page.after === undefined) return
    const last = page.records.at(-1)
    const bound = last ? timeOf(last) : at
    after = bound > at ? undefined : page.after
    at = Math.max(at, bound)
  }
}
