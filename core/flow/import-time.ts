import { parseInstant } from '../profile/instant.ts'
import { openZone, type Zone } from '../rules/zone.ts'

const time = '(?:[T ](?<hour>\\d{1,2}):(?<minute>\\d\\d)(?::(?<second>\\d\\d)(?:\\.\\d+)?)?)?'
/** Times without a zone, as files have them. */
const formats: readonly RegExp[] = [
  new RegExp(`^(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)${time}$`),
  new RegExp(`^(?<month>\\d{1,2})/(?<day>\\d{1,2})/(?<year>\\d{4})${time}$`),
  new RegExp(`^(?<day>\\d{1,2})\\.(?<month>\\d{1,2})\\.(?<year>\\d{4})${time}$`),
]
/** For messages. */
export const timeFormats = 'ISO 8601, 2026-11-21 14:30:00, 11/21/2026 14:30 or 21.11.2026 14:30'

const two = (digits = '0'): string => digits.padStart(2, '0')
/** Local clock time as if it were UTC, epoch milliseconds; null for a text of no format, or for a day or hour that there is not. */
const clockTime = (text: string): number | null => {
  const parts = formats.map((format) => format.exec(text)?.groups).find((groups) => groups !== undefined)
  if (parts === undefined) return null
  const { year, month, day, hour, minute, second } = parts
  return parseInstant(`${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}Z`)
}

/** In the hour that clocks show twice this is the later one; a time that they skip lies after the jump. */
const instantAt = (local: number, zone: Zone): number => local - zone.offset(local - zone.offset(local))

/** A time in a file as ISO 8601 in UTC, null where it is none of `timeFormats`. What states no zone of its own is local to `zone`, an IANA name. */
export const importTime = (text: string, zone: string): string | null => {
  const local = clockTime(text.trim())
  const at = local === null ? parseInstant(text.trim()) : instantAt(local, openZone(zone))
  return at === null ? null : new Date(at).toISOString()
}
