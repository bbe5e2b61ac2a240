import { z } from 'zod'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { SourceRecord } from '../../core/contract/record.ts'

const trail = z.object({
  /** The time to go on from, in milliseconds; `null`: nothing was read yet. */
  since: z.number().nullable(),
  /** Records from then on that were given out already, with their times. */
  given: z.array(z.tuple([z.string(), z.number()])),
})
/** How far one collection was read, in the order of its times. */
export type Trail = z.output<typeof trail>
const trails = z.record(z.string(), trail)
export type Trails = z.output<typeof trails>

const beginning: Trail = { since: null, given: [] }
export const trailIn = (all: Trails, name: string): Trail => all[name] ?? beginning
/** Reads what `pull` gave out as its cursor. */
export const trailsFrom = (cursor: string | null): Trails => {
  try {
    return trails.parse(JSON.parse(cursor ?? '{}'))
  } catch (cause) {
    const message = 'reading the cursor of a pull from Klaviyo: it is none of ours, so start from the beginning'
    throw new ConnectorError('invalid', message, { cause })
  }
}

/** A change is found only some time after it was made, and one of two changes before the other. */
const unsettledMs = 30_000
/** Klaviyo only knows `greater-than`, and its times may end at the second. */
const overlapMs = 1000
export const askedFrom = ({ since }: Trail): string | null =>
  since === null ? null : new Date(since - overlapMs).toISOString()

/** What is new in a page, which is sorted by time, and the trail after it. */
export const advanced = (from: Trail, records: readonly SourceRecord[], now: number) => {
  const known = new Set(from.given.map(([id]) => id))
  const fresh = records.filter(({ id }) => !known.has(id))
  const all = new Map([...from.given, ...records.map(({ id, at }) => [id, Date.parse(at)] as const)])
  if (all.size === 0) return { fresh, trail: from }
  const since = Math.max(from.since ?? 0, Math.min(Math.max(...all.values()), now - unsettledMs))
  const given = [...all].filter(([, at]) => at > since - overlapMs)
  return { fresh, trail: { since, given } satisfies Trail }
}
