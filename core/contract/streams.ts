import { z } from 'zod'
import { ConnectorError } from './errors.ts'
import type { Page, SourceRecord } from './record.ts'

/** A record in its place in a stream that a tool sorts by time. */
export interface Row {
  /** Milliseconds since 1970: what the stream is sorted by. */
  readonly at: number
  readonly record: SourceRecord
}
/** One page of what is from `since` on, oldest first. `token` is what the page before named as `next`; `null` begins and ends. */
export type Pager = (
  since: number,
  token: string | null,
) => Promise<{ readonly rows: readonly Row[]; readonly next: string | null }>

const trail = z.object({
  /** The time to ask from. */
  since: z.number(),
  /** How far the pages from then on have been read. */
  token: z.string().nullable(),
  /** Records that were given out already and may come again, with their times. */
  given: z.array(z.tuple([z.string(), z.number()])),
})
/** How far a stream has been read. */
type Trail = z.output<typeof trail>
const start: Trail = { since: 0, token: null, given: [] }
const trails = z.record(z.string(), trail)

const trailsFrom = (cursor: string | null): z.output<typeof trails> => {
  if (cursor === null) return {}
  try {
    return trails.parse(JSON.parse(cursor))
  } catch (cause) {
    const message = 'reading the cursor of a pull: it is none of this connector, so start from the beginning'
    throw new ConnectorError('invalid', message, { cause })
  }
}

export interface Clock {
  readonly now: () => number
  /** What happened this recently may still be followed by something earlier. */
  readonly unsettledMs: number
}
const extended = ({ since, given }: Trail, fresh: readonly Row[], next: string | null, settledAt: number): Trail => {
  const all = new Map([...given, ...fresh.map(({ at, record }) => [record.id, at] as const)])
  const bound = Math.max(since, Math.min(settledAt, Math.max(since, ...all.values())))
  const kept = [...all].filter(([, at]) => at >= bound)
  return { since: next === null ? bound : since, token: next, given: kept }
}

interface Stretch {
  readonly records: readonly SourceRecord[]
  readonly trail: Trail
}
async function* follow(from: Trail, page: Pager, { now, unsettledMs }: Clock): AsyncGenerator<Stretch, void> {
  let reached = from
  while (true) {
    const before = reached
    const { rows, next } = await page(before.since, before.token)
    const known = new Set(before.given.map(([id]) => id))
    const fresh = rows.filter(({ at, record }) => at >= before.since && !known.has(record.id))
    reached = extended(before, fresh, next, now() - unsettledMs)
    // Without news, too, when that spares the next pull what is settled by now.
    const isShorter = reached.given.length < before.given.length || (next === null && before.token !== null)
    if (fresh.length > 0 || isShorter) yield { records: fresh.map(({ record }) => record), trail: reached }
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
): AsyncGenerator<Page, void> {
  let reached = trailsFrom(cursor)
  for (const [name, page] of Object.entries(streams))
    for await (const { records, trail: to } of follow(reached[name] ?? start, page, clock)) {
      reached = { ...reached, [name]: to }
      const aboutSomebody = records.filter(({ identifiers }) => identifiers.length > 0)
      yield { records: aboutSomebody, cursor: JSON.stringify(reached) }
    }
}
