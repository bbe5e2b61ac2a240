import { TypeOverrides } from 'pg'

/** Beyond these many digits a double may round (IEEE 754, binary64). */
const exactDigits = 15

/** A number where a double holds it as it is, else its text: half an id would be somebody else's. */
const exact = (text: string): number | string => {
  const value = Number(text)
  const digits = text.replace(/\D/g, '').replace(/^0+/, '')
  return Number.isSafeInteger(value) || digits.length <= exactDigits ? value : text
}

const stamp = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?([+-]\d\d(?::\d\d)?)?$/
/**
 * ISO 8601 in UTC with all of its microseconds, for a place between two rows must not be rounded. What bears no zone is
 * taken as UTC wherever the hub runs; `infinity` stays as it is.
 */
const instant = (text: string): string => {
  const [, day, time, fraction = '', zone = 'Z'] = stamp.exec(text) ?? []
  const at = Date.parse(`${day}T${time}${zone.length === 3 ? `${zone}:00` : zone}`)
  if (Number.isNaN(at)) return text
  return `${new Date(at).toISOString().slice(0, -'.000Z'.length)}.${fraction.padEnd(3, '0')}Z`
}
const asItIs = (text: string): string => text

/** By the types' own numbers in pg_type. A date has no zone to be moved into. */
const parsers = [
  [20, exact],
  [1700, exact],
  [1082, asItIs],
  [1114, instant],
  [1184, instant],
] as const

/** How values come in: no digit, no day and no microsecond is lost. */
export const lossless = new TypeOverrides()
for (const [type, parse] of parsers) lossless.setTypeParser(type, parse)
