const dayMs = 86_400_000
const dateText = /^\d{4}-\d\d-\d\d$/

/** A stretch of time [start, end), epoch milliseconds. */
export interface Span {
  readonly start: number
  readonly end: number
}
/** The wall clocks of one IANA time zone, daylight saving included. */
export interface Zone {
  /** Milliseconds by which local clocks are ahead of UTC at an instant. */
  readonly offset: (at: number) => number
  /** The first change of that offset in (from, to], or null. */
  readonly change: (from: number, to: number) => number | null
  /** The whole of a local day `YYYY-MM-DD`, 23 to 25 hours long; null where the calendar has no such day. */
  readonly day: (date: string) => Span | null
}
/** One day of UTC: its offset until `change` and from then on. Zones change theirs at most once a day. */
interface Offsets {
  readonly before: number
  readonly change: number
  readonly after: number
}

const clockParts = {
  hourCycle: 'h23',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
  hour: 'numeric',
  minute: 'numeric',
  second: 'numeric',
} as const

const offsetReader = (name: string) => {
  const clock = new Intl.DateTimeFormat('en-US', { ...clockParts, timeZone: name })
  return (at: number): number => {
    const part: Record<string, number> = {}
    for (const { type, value } of clock.formatToParts(at)) part[type] = Number(value)
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1_000) * 1_000
  }
}

/** Halves (from, to] down to the first millisecond at which the offset is no longer the one at `from`. */
const bisect = (offset: (at: number) => number, from: number, to: number): number => {
  const before = offset(from)
  let [low, high] = [from, to]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offset(middle) === before) low = middle
    else high = middle
  }
  return high
}

const offsetsOf = (read: (at: number) => number, start: number): Offsets => {
  const [before, after] = [read(start), read(start + dayMs)]
  const change = before === after ? Number.POSITIVE_INFINITY : bisect(read, start, start + dayMs)
  return { before, change, after }
}

/** Midnight of a calendar date as if local clocks were UTC; null for a date such as 2026-02-30. */
const civilMidnight = (date: string): number | null => {
  if (!dateText.test(date)) return null
  const midnight = Date.parse(`${date}T00:00:00Z`)
  return Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date) ? null : midnight
}

const createZone = (name: string): Zone => {
  const read = offsetReader(name)
  const days = new Map<number, Offsets>()
  const dayAt = (index: number): Offsets => {
    const known = days.get(index)
    if (known !== undefined) return known
    const offsets = offsetsOf(read, index * dayMs)
    days.set(index, offsets)
    return offsets
  }
  const offset = (at: number): number => {
    const day = dayAt(Math.floor(at / dayMs))
    return at < day.change ? day.before : day.after
  }
  const change = (from: number, to: number): number | null => {
    for (let index = Math.floor(from / dayMs); index * dayMs <= to; index++) {
      const at = dayAt(index).change
      if (at > from && at <= to) return at
    }
    return null
  }
  /** The first instant at which local clocks have reached a local time: the earlier of two, or the jump over it. */
  const reached = (local: number): number => {
    const [early, late] = [local - offset(local - dayMs), local - offset(local + dayMs)]
    if (early + offset(early) === local) return early
    if (late + offset(late) === local) return late
    return change(late, early) ?? late
  }
  const day = (date: string): Span | null => {
    const midnight = civilMidnight(date)
    return midnight === null ? null : { start: reached(midnight), end: reached(midnight + dayMs) }
  }
  return { offset, change, day }
}

const zones = new Map<string, Zone>()

/** The zone of an IANA name, as Europe/Berlin. Throws a RangeError for a name that the platform does not know. */
export const openZone = (name: string): Zone => {
  const known = zones.get(name)
  if (known !== undefined) return known
  const zone = createZone(name)
  zones.set(name, zone)
  return zone
}

export const isZone = (name: string): boolean => {
  try {
    openZone(name)
    return true
  } catch {
    return false
  }
}
