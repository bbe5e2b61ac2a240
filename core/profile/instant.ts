const isoTime =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)?)?$/
const isoDate = /^\d{4}-\d\d-\d\d(?=$|T00:00(?::00(?:\.0+)?)?Z$)/

/**
 * Epoch milliseconds of an ISO 8601 calendar date or time, null where the text is none (also 30 February). Without a
 * zone it is UTC: the zone of the machine that reads it must not matter. Digits below the millisecond are dropped.
 */
export const parseInstant = (text: string): number | null => {
  const match = isoTime.exec(text)
  if (match === null) return null
  const [, years, months, days, hours = '0', minutes = '0', seconds = '0', fraction = ''] = match
  const month = Number(months)
  const local = new Date(0)
  local.setUTCFullYear(Number(years), month - 1, Number(days))
  if (local.getUTCMonth() !== month - 1 || local.getUTCDate() !== Number(days)) return null
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null
  local.setUTCHours(Number(hours), Number(minutes), Number(seconds), Number(fraction.padEnd(3, '0').slice(0, 3)))
  return local.getTime() - offsetMs(match[8], match[9], match[10])
}

const offsetMs = (sign = '+', hours = '0', minutes = '0'): number =>
  (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000

/**
 * The calendar date in a text, as `2026-11-21`, null where there is none. Midnight in UTC counts as that date, because
 * JSON has no dates and clients serialise one so; any other time of day names an instant, not a date.
 */
export const parseDate = (text: string): string | null => {
  const [date] = isoDate.exec(text) ?? []
  return date === undefined || parseInstant(date) === null ? null : date
}
