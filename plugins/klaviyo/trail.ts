import { z } from 'zod'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { SourceRecord } from '../../core/contract/record.ts'

const trail = z.object({
  /** Time of the last record, ISO 8601; `null`: nothing was read yet. */
  since: z.string().nullable(),
  /** Records of the last second, given out already: their second is asked for again, for there may be more in it. */
  given: z.array(z.string()),
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

const overlapMs = 1000
/** Where to ask from: Klaviyo only knows `greater-than`. */
export const askedFrom = ({ since }: Trail): string | null =>
  since === null ? null : new Date(Date.parse(since) - overlapMs).toISOString()

/** What is new in a page, and the trail after it. */
export const advanced = (from: Trail, records: readonly SourceRecord[]) => {
  const known = new Set(from.given)
  const fresh = records.filter(({ id }) => !known.has(id))
  const since = records.at(-1)?.at ?? from.since
  const edge = since === null ? 0 : Date.parse(since) - overlapMs
  const late = records.filter(({ at }) => Date.parse(at) > edge).map(({ id }) => id)
  const kept = since === from.since ? [...new Set([...from.given, ...late])] : late
  return { fresh, trail: { since, given: kept } satisfies Trail }
}
