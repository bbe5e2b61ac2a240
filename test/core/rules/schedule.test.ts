import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { never } from '../../../core/rules/program.ts'
import { customer, day, hour, programOf } from './given.ts'

const anyone = customer({})
const slots = [{ key: 'lead' }]
const everyone = { trait: 'country', exists: false }
const offered = (offer: object, schedule?: object, timezone?: string) =>
  programOf(
    {
      slots,
      offers: [{ key: 'o', content: {}, ...offer }],
      rules: [{ key: 'r', slot: 'lead', when: everyone, offer: 'o', schedule }],
    },
    timezone,
  )
/** Whether the rule may act at an instant, and until when that stays so. */
const openAt = (program: ReturnType<typeof programOf>, at: number) => {
  const evaluation = program.evaluate(anyone, at)
  const { candidates, dropped } = evaluation.slot('lead')
  return { open: candidates.length === 1, stages: dropped.map(({ stage }) => stage), until: evaluation.until() }
}
const scheduled = (schedule: object, at: string, timezone?: string) =>
  openAt(offered({}, schedule, timezone), Date.parse(at))
const iso = (at: number) => (at === never ? 'never' : new Date(at).toISOString())

describe('a schedule', () => {
  const advent = { from: '2026-12-01', to: '2026-12-24' }
  const night = { hours: '22:00-06:00' }
  it.each([
    { schedule: advent, at: '2026-11-30T22:59:59.999Z', open: false, until: '2026-11-30T23:00:00.000Z' },
    { schedule: advent, at: '2026-11-30T23:00:00Z', open: true, until: '2026-12-24T23:00:00.000Z' },
    { schedule: advent, at: '2026-12-24T23:00:00Z', open: false, until: 'never' },
    {
      schedule: { ...advent, zone: 'UTC' },
      at: '2026-11-30T23:00:00Z',
      open: false,
      until: '2026-12-01T00:00:00.000Z',
    },
    { schedule: { from: '2026-12-01T08:00:00+01:00' }, at: '2026-12-01T07:00:00Z', open: true, until: 'never' },
    {
      schedule: { to: '2026-12-01T08:00:00+01:00' },
      at: '2026-12-01T07:00:00Z',
      open: true,
      until: '2026-12-01T07:00:00.001Z',
    },
    { schedule: { days: ['sat'] }, at: '2026-11-21T12:00:00Z', open: true, until: '2026-11-21T23:00:00.000Z' },
    { schedule: { days: ['sat', 'sun'] }, at: '2026-11-21T12:00:00Z', open: true, until: '2026-11-22T23:00:00.000Z' },
    { schedule: { days: ['mon'] }, at: '2026-11-21T12:00:00Z', open: false, until: '2026-11-22T23:00:00.000Z' },
    {
      schedule: { hours: '08:00-20:00' },
      at: '2026-11-21T06:59:59.999Z',
      open: false,
      until: '2026-11-21T07:00:00.000Z',
    },
    { schedule: { hours: '08:00-20:00' }, at: '2026-11-21T07:00:00Z', open: true, until: '2026-11-21T19:00:00.000Z' },
    { schedule: { hours: '08:00-24:00' }, at: '2026-11-21T07:00:00Z', open: true, until: '2026-11-21T23:00:00.000Z' },
    { schedule: night, at: '2026-11-21T20:00:00Z', open: false, until: '2026-11-21T21:00:00.000Z' },
    { schedule: night, at: '2026-11-21T21:00:00Z', open: true, until: '2026-11-22T05:00:00.000Z' },
    { schedule: night, at: '2026-11-22T04:59:59.999Z', open: true, until: '2026-11-22T05:00:00.000Z' },
    // Friday night lasts until Saturday morning.
    {
      schedule: { ...night, days: ['fri'] },
      at: '2026-11-21T01:00:00Z',
      open: true,
      until: '2026-11-21T05:00:00.000Z',
    },
    {
      schedule: { ...night, days: ['sat'] },
      at: '2026-11-21T01:00:00Z',
      open: false,
      until: '2026-11-21T21:00:00.000Z',
    },
    // In Berlin 02:30 does not come on 29 March, and comes twice on 25 October.
    { schedule: { hours: '02:00-03:00' }, at: '2026-03-28T12:00:00Z', open: false, until: '2026-03-30T00:00:00.000Z' },
    { schedule: { hours: '02:00-03:00' }, at: '2026-10-25T00:00:00Z', open: true, until: '2026-10-25T02:00:00.000Z' },
    { schedule: night, at: '2026-03-28T22:00:00Z', open: true, until: '2026-03-29T04:00:00.000Z' },
    {
      schedule: { ...advent, days: ['tue'], hours: '08:00-09:00' },
      at: '2026-12-01T07:30:00Z',
      open: true,
      until: '2026-12-01T08:00:00.000Z',
    },
    {
      schedule: { hours: '08:00-20:00', zone: 'America/New_York' },
      at: '2026-11-21T12:00:00Z',
      open: false,
      until: '2026-11-21T13:00:00.000Z',
    },
  ])('schedule: $schedule at $at is $open until $until', ({ schedule, at, open, until }) => {
    const verdict = scheduled(schedule, at)
    expect({ open: verdict.open, until: iso(verdict.until) }).toEqual({ open, until })
    expect(verdict.stages).toEqual(open ? [] : ['schedule'])
  })

  it('schedule: what is always open is never shut', () => {
    const program = offered({}, { hours: '00:00-24:00', days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] })
    expect(openAt(program, 0).open).toBe(true)
    expect(openAt(program, 0).until).toBeGreaterThan(7 * day)
  })

  const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
  const wall = (at: number, timeZone: string) => {
    const format = { timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    const parts = new Intl.DateTimeFormat('en-GB', format).formatToParts(at)
    const part = (type: string) => parts.find((each) => each.type === type)?.value ?? ''
    return { weekday: part('weekday').toLowerCase(), clock: `${part('hour')}:${part('minute')}` }
  }
  const before = (weekday: string) => weekdays[(weekdays.indexOf(weekday) + 6) % 7] ?? ''

  it('schedule: holds by the clock on the wall at every quarter of an hour around a clock change', () => {
    const clock = fc.constantFrom('00:00', '01:30', '02:00', '02:45', '03:00', '12:00', '22:15')
    const span = fc.tuple(clock, fc.oneof(clock, fc.constant('24:00'))).filter(([start, end]) => start !== end)
    const days = fc.subarray(weekdays, { minLength: 1 })
    const change = fc.constantFrom(
      { zone: 'Europe/Berlin', from: '2026-03-28T12:07:00Z' },
      { zone: 'Europe/Berlin', from: '2026-10-24T12:07:00Z' },
      { zone: 'Australia/Lord_Howe', from: '2026-04-03T12:07:00Z' },
      { zone: 'Africa/Cairo', from: '2024-04-25T00:07:00Z' },
    )
    fc.assert(
      fc.property(span, days, change, ([start, end], open, { zone, from }) => {
        const program = offered({}, { hours: `${start}-${end}`, days: open, zone })
        const expected = (at: number) => {
          const { weekday, clock: shown } = wall(at, zone)
          if (start < end) return open.includes(weekday) && start <= shown && shown < end
          return start <= shown ? open.includes(weekday) : shown < end && open.includes(before(weekday))
        }
        const last = Date.parse(from) + 3 * day
        for (let at = Date.parse(from); at < last; ) {
          const verdict = openAt(program, at)
          expect(verdict.until).toBeGreaterThan(at)
          const next = Math.min(verdict.until, last)
          for (let tick = at; tick < next; tick += hour / 4) expect(expected(tick)).toBe(verdict.open)
          expect(expected(next - 1)).toBe(verdict.open)
          at = next
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('an offer', () => {
  const winter = { validFrom: '2026-11-01', validTo: '2027-01-31' }
  it.each([
    { at: '2026-10-31T22:59:59.999Z', open: false, until: '2026-10-31T23:00:00.000Z' },
    { at: '2026-10-31T23:00:00Z', open: true, until: '2027-01-31T23:00:00.000Z' },
    { at: '2027-01-31T22:59:59.999Z', open: true, until: '2027-01-31T23:00:00.000Z' },
    { at: '2027-01-31T23:00:00Z', open: false, until: 'never' },
  ])('offer: one of November to January is $open at $at until $until', ({ at, open, until }) => {
    const verdict = openAt(offered(winter), Date.parse(at))
    expect({ open: verdict.open, until: iso(verdict.until) }).toEqual({ open, until })
    expect(verdict.stages).toEqual(open ? [] : ['validity'])
  })
})
