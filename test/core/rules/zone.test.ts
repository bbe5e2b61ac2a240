import { describe, expect, it } from 'vitest'
import { isZone, openZone } from '../../../core/rules/zone.ts'

const iso = (at: number | undefined) => at && new Date(at).toISOString()
const hours = (zone: string, date: string) => {
  const span = openZone(zone).day(date)
  return span && (span.end - span.start) / 3_600_000
}

describe('zone', () => {
  it.each([
    { zone: 'Europe/Berlin', date: '2026-11-21', start: '2026-11-20T23:00:00.000Z', length: 24 },
    { zone: 'Europe/Berlin', date: '2026-03-29', start: '2026-03-28T23:00:00.000Z', length: 23 },
    { zone: 'Europe/Berlin', date: '2026-10-25', start: '2026-10-24T22:00:00.000Z', length: 25 },
    { zone: 'America/New_York', date: '2026-07-04', start: '2026-07-04T04:00:00.000Z', length: 24 },
    { zone: 'Asia/Kathmandu', date: '2026-01-01', start: '2025-12-31T18:15:00.000Z', length: 24 },
    { zone: 'Australia/Lord_Howe', date: '2026-04-05', start: '2026-04-04T13:00:00.000Z', length: 24.5 },
    { zone: 'UTC', date: '2024-02-29', start: '2024-02-29T00:00:00.000Z', length: 24 },
  ])('zone: $date in $zone begins at $start and has $length hours', ({ zone, date, start, length }) => {
    expect(iso(openZone(zone).day(date)?.start)).toBe(start)
    expect(hours(zone, date)).toBe(length)
  })

  it('zone: a day whose midnight is skipped begins when the clocks jump over it', () => {
    expect(iso(openZone('Africa/Cairo').day('2024-04-26')?.start)).toBe('2024-04-25T22:00:00.000Z')
    expect(hours('Africa/Cairo', '2024-04-26')).toBe(23)
  })

  it('zone: a day whose midnight comes twice begins with the first', () => {
    expect(iso(openZone('America/Havana').day('2026-11-01')?.start)).toBe('2026-11-01T04:00:00.000Z')
    expect(hours('America/Havana', '2026-11-01')).toBe(25)
  })

  it.each(['2026-02-30', '2026-13-01', '2026-1-1', '20260101', 'gestern', ''])('zone: "%s" is no day', (date) => {
    expect(openZone('Europe/Berlin').day(date)).toBeNull()
  })

  it('zone: the offset changes at the very millisecond', () => {
    const zone = openZone('Europe/Berlin')
    const change = Date.parse('2026-03-29T01:00:00Z')
    expect([zone.offset(change - 1), zone.offset(change)]).toEqual([3_600_000, 7_200_000])
    expect(zone.change(change - 1, change)).toBe(change)
    expect(zone.change(change, change + 86_400_000)).toBeNull()
  })

  it('zone: a name that the platform does not know is none', () => {
    expect([isZone('Europe/Berlin'), isZone('Europe/Atlantis')]).toEqual([true, false])
  })
})
