import { z } from 'zod'

/** A time as Tryton writes it, in UTC. */
export const time = z.object({
  __class__: z.literal('datetime'),
  year: z.number(),
  month: z.number(),
  day: z.number(),
  hour: z.number().default(0),
  minute: z.number().default(0),
  second: z.number().default(0),
  microsecond: z.number().default(0),
})
export type Time = z.output<typeof time>

export const timeOf = (at: number): Time => {
  const date = new Date(at)
  return {
    __class__: 'datetime',
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: date.getUTCMilliseconds() * 1000,
  }
}
/** Milliseconds since 1970; what is finer is left out. */
export const msOf = ({ year, month, day, hour, minute, second, microsecond }: Time): number =>
  Date.UTC(year, month - 1, day, hour, minute, second, Math.floor(microsecond / 1000))
