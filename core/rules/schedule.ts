import { due, during, type Frame, type Test } from './frame.ts'
import { spanOf } from './moment.ts'
import { never } from './program.ts'
import { days, type Schedule } from './registry.ts'
import { openZone, type Zone } from './zone.ts'

const dayMs = 86_400_000
const minuteMs = 60_000
const dayMinutes = 1_440

/** From the start of the first day to the end of the last; either may be open. */
export const compileWindow = (from: string | undefined, to: string | undefined, zone: Zone): Test => {
  const start = from === undefined ? -never : (spanOf(from, zone)?.start ?? never)
  const end = to === undefined ? never : (spanOf(to, zone)?.end ?? -never)
  return (frame) => during(frame, start, end)
}

/** Hours of a day by the wall clock, in minutes since midnight; `end` at or before `start` goes over midnight. */
interface Hours {
  readonly start: number
  readonly end: number
}
const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
const hoursOf = (text = '00:00-24:00'): Hours => {
  const [start = '', end = ''] = text.split('-')
  return { start: minutesOf(start), end: minutesOf(end) }
}

interface Clock {
  readonly minute: number
  /** 0 is Monday. */
  readonly weekday: number
}
/** 1 January 1970 was a Thursday. */
const clockOf = (local: number): Clock => {
  const day = Math.floor(local / dayMs)
  return { minute: Math.floor((local - day * dayMs) / minuteMs), weekday: (((day + 3) % 7) + 7) % 7 }
}

/** Whether the wall clock shows an open hour of an open day. Hours over midnight belong to the day on which they begin. */
const isOpen = ({ minute, weekday }: Clock, { start, end }: Hours, open: ReadonlySet<number>): boolean => {
  const wraps = end <= start
  if (minute >= start && (wraps || minute < end)) return open.has(weekday)
  return wraps && minute < end && open.has((weekday + 6) % 7)
}

/** The next instant at which the wall clock shows one of these minutes or is put forward or back. */
const nextEdge = (at: number, minutes: readonly number[], zone: Zone): number => {
  const local = at + zone.offset(at)
  const midnight = Math.floor(local / dayMs) * dayMs
  const edges = minutes.map((minute) => midnight + minute * minuteMs).filter((edge) => edge > local)
  const next = Math.min(...edges) - zone.offset(at)
  return zone.change(at, next) ?? next
}

/** Three edges a day: beyond a week and a clock change the hours are the same for ever. */
const maxEdges = 32

const compileHours = (schedule: Schedule, zone: Zone): Test => {
  const hours = hoursOf(schedule.hours)
  const open = new Set((schedule.days ?? days).map((day) => days.indexOf(day)))
  const opens = (at: number): boolean => isOpen(clockOf(at + zone.offset(at)), hours, open)
  const minutes = [hours.start, hours.end, dayMinutes]
  return (frame: Frame) => {
    const now = opens(frame.at)
    let edge = nextEdge(frame.at, minutes, zone)
    for (let step = 0; step < maxEdges && opens(edge) === now; step++) edge = nextEdge(edge, minutes, zone)
    due(frame, edge)
    return now
  }
}

/** When a rule may act, by the wall clocks of its zone; null: always. */
export const compileSchedule = (schedule: Schedule | undefined, hub: Zone): Test | null => {
  if (schedule === undefined) return null
  const zone = schedule.zone === 'hub' ? hub : openZone(schedule.zone)
  const window = compileWindow(schedule.from, schedule.to, zone)
  if (schedule.days === undefined && schedule.hours === undefined) return window
  const hours = compileHours(schedule, zone)
  return (frame) => window(frame) && hours(frame)
}
