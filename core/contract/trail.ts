import { z } from 'zod'
import { ConnectorError } from './errors.ts'
import type { SourceRecord } from './record.ts'

/** A record in its place in a stream that is sorted by time. */
export interface Timed {
  /** When, in milliseconds: what the stream is sorted by. */
  readonly at: number
  readonly record: SourceRecord
}
export const trail = z.object({
  /** The time to go on from, in milliseconds. */
  since: z.number(),
  /** The records from then on that were given out already, with their times. */
  given: z.array(z.tuple([z.string(), z.number()])),
})
/** How far a stream has been read. What changes twice within the tool's resolution is told apart by its record's id. */
export type Trail = z.output<typeof trail>
export const trailFrom = (since: number): Trail => ({ since, given: [] })

/** Reads what a pull gave out as its cursor. `what`: `a pull from Ghost`. Throws `invalid` where it is none of its own. */
export const cursorIn = <T>(schema: z.ZodType<T>, cursor: string, what: string): T => {
  try {
    return schema.parse(JSON.parse(cursor))
  } catch (cause) {
    const message = `reading the cursor of ${what}: it is none of its own, so start from the beginning`
    throw new ConnectorError('invalid', message, { cause })
  }
}

/** A part of a stream, and how far it has been read after it. */
export interface Stretch {
  readonly records: readonly SourceRecord[]
  readonly trail: Trail
}
/** `from` with the rows read; what came before `settled`, in milliseconds, is not read again. */
export const advanced = (from: Trail, rows: readonly Timed[], settled: number): Stretch => {
  const known = new Set(from.given.map(([id]) => id))
  const records = rows.flatMap(({ record }) => (known.has(record.id) ? [] : [record]))
  const all = new Map([...from.given, ...rows.map((row) => [row.record.id, row.at] as const)])
  const since = Math.max(from.since, Math.min(settled, Math.max(from.since, ...all.values())))
  return { records, trail: { since, given: [...all].filter(([, at]) => at >= since) } }
}
