import { z } from 'zod'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { SourceRecord } from '../../core/contract/record.ts'
import { pageSize } from './documents.ts'

/** A record in its place in a stream. */
export interface Row {
  /** Vendure's id of what it is about. */
  readonly id: string
  /** When, in milliseconds: what the stream is sorted by. */
  readonly at: number
  readonly record: SourceRecord
}
/**
 * What happened this recently may still be followed by something earlier: an order gets its time before its
 * transaction ends.
 */
const unsettledMs = 5_000

const trail = z.object({
  /** The time to go on from. */
  since: z.number(),
  /** The records from then on that were given out already, with their times. */
  given: z.array(z.tuple([z.string(), z.number()])),
})
export type Trail = z.output<typeof trail>
const start: Trail = { since: 0, given: [] }
const cursors = z.object({ customers: trail, placed: trail, cancelled: trail })
export type Cursors = z.output<typeof cursors>

/** Reads what `pull` gave out as its cursor; `null` is the beginning. */
export const cursorsFrom = (cursor: string | null): Cursors => {
  if (cursor === null) return { customers: start, placed: start, cancelled: start }
  try {
    return cursors.parse(JSON.parse(cursor))
  } catch (cause) {
    const message = 'reading the cursor of a pull from Vendure: it is none of ours, so start from the beginning'
    throw new ConnectorError('invalid', message, { cause })
  }
}

const extended = ({ since, given }: Trail, rows: readonly Row[], now: number): Trail => {
  const all = new Map([...given, ...rows.map((row) => [row.record.id, row.at] as const)])
  const settled = Math.min(Math.max(since, ...all.values()), now - unsettledMs)
  const from = Math.max(since, settled)
  return { since: from, given: [...all].filter(([, at]) => at >= from) }
}

/** One page: from `at` on, oldest first, without those ids. */
export type Rows = (at: number, except: readonly string[]) => Promise<readonly Row[]>
export interface Stretch {
  readonly records: readonly SourceRecord[]
  readonly trail: Trail
}
/**
 * Follows one stream to its end. Every page is asked for by time, and not by an offset: what changes meanwhile moves
 * to the end, and an offset would then jump over as many others.
 */
export async function* follow(from: Trail, rowsFrom: Rows, now: () => number): AsyncGenerator<Stretch, void> {
  let reached = from
  let at = from.since
  let passed: readonly Row[] = []
  while (true) {
    const except = passed.map(({ id }) => id)
    const rows = await rowsFrom(at, except)
    const known = new Set(reached.given.map(([id]) => id))
    const fresh = rows.filter(({ record }) => !known.has(record.id))
    const before = reached
    reached = extended(reached, rows, now())
    // Without news, too, when that spares the next pull what is settled by now.
    if (fresh.length > 0 || reached.given.length < before.given.length)
      yield { records: fresh.map(({ record }) => record), trail: reached }
    if (rows.length < pageSize) return
    const bound = rows.at(-1)?.at ?? at
    passed = [...passed, ...rows].filter((row) => row.at >= bound)
    at = bound
  }
}
