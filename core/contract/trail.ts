import { z } from 'zod'
import { ConnectorError } from './errors.ts'
import type { ContactRecord } from './record.ts'

const trail = z.object({
  /** The time of change to go on from, in milliseconds. */
  since: z.number(),
  /** The records from then on that were given out already, with their times. */
  given: z.array(z.tuple([z.string(), z.number()])),
})
/** How far contacts have been read by their time of change. */
export type Trail = z.output<typeof trail>

/** Reads what a pull gave out as its cursor; `null` is the beginning. `tool` is named where it is none of ours. */
export const trailFrom = (cursor: string | null, tool: string): Trail => {
  if (cursor === null) return { since: 0, given: [] }
  try {
    return trail.parse(JSON.parse(cursor))
  } catch (cause) {
    const message = `reading the cursor of a pull from ${tool}: it is none of ours, so start from the beginning`
    throw new ConnectorError('invalid', message, { cause })
  }
}

const timeOf = ({ at }: ContactRecord) => Date.parse(at)
const extended = ({ since, given }: Trail, records: readonly ContactRecord[], settledAt: number): Trail => {
  const all = new Map([...given, ...records.map((record) => [record.id, timeOf(record)] as const)])
  const from = Math.max(since, Math.min(Math.max(since, ...all.values()), settledAt))
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
interface Pace {
  readonly now: () => number
  /** So long after a change a tool may still show one that was made before it. */
  readonly unsettledMs: number
}
/**
 * Follows contacts to the end by their time, and not by an offset: what changes meanwhile moves to the end, so that an
 * offset would jump over others, and some tools end every search after a number of them. Only where a whole page has one
 * time it pages on.
 */
export async function* follow(from: Trail, search: Search, { now, unsettledMs }: Pace): AsyncGenerator<Stretch, void> {
  let reached = from
  let at = from.since
  let after: string | undefined
  while (true) {
    const page = await search(at, after)
    const known = new Set(reached.given.map(([id]) => id))
    const fresh = page.records.filter(({ id }) => !known.has(id))
    const before = reached
    reached = extended(reached, page.records, now() - unsettledMs)
    // Without news, too, when that spares the next pull what is settled by now.
    if (fresh.length > 0 || reached.given.length < before.given.length) yield { records: fresh, trail: reached }
    if (page.after === undefined) return
    const last = page.records.at(-1)
    const bound = last ? timeOf(last) : at
    after = bound > at ? undefined : page.after
    at = Math.max(at, bound)
  }
}
