import { parseInstant } from '../profile/instant.ts'
import type { Span, Zone } from './zone.ts'

/**
 * What a date or time text covers: `2026-11-21` the whole day in the zone, a time that one millisecond. Null for any
 * other text.
 */
export const spanOf = (text: string, zone: Zone): Span | null => {
  const day = zone.day(text)
  if (day !== null) return day
  const start = parseInstant(text)
  return start === null ? null : { start, end: start + 1 }
}

/** The instant that a value names, a date by the start of its day; null where it names none. */
export const instantOf = (value: unknown, zone: Zone): number | null =>
  typeof value === 'string' ? (spanOf(value, zone)?.start ?? null) : null
