import Big from 'big.js'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { computedTrait } from '../../core/profile/computed.ts'
import type { Message } from '../../core/profile/message.ts'
import { groupBy } from '../../core/profile/order.ts'
import type { Profile } from '../../core/profile/profile.ts'
import { durationMs } from '../../core/profile/settings.ts'
import { day, profilesFrom, said, settingsWith } from './profile/given.ts'
import { needsShared, shared, sharedText } from './profile/shared.ts'

/**
 * CDNOW: the purchases of 2,357 new customers of 1997, with the statistics that were published of them for the
 * calibration period, 1997-01-01 to 1997-09-30 (Fader, Hardie and Lee, "Counting Your Customers" the Easy Way, 2005).
 * Each column comes from the hub's computed traits at the end of that period:
 *   frequency, x   distinct(day) - 1: the days on which they bought again
 *   recency, t_x   last(timestamp) - first(timestamp), in weeks
 *   T              the end of the period - first(timestamp), in weeks
 *   zbar           what they spent when they bought again: (sum(revenue) - sum(revenue) as of the end of the first day) / x
 */
const daysOf = (text: string): number =>
  Date.parse(`${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}T00:00:00Z`)
const calibrationEnd = daysOf('19970930')
const event = 'Order Completed'
/** From 1997-01-01 to the end of the calibration period, both days included. */
const within = '273d'

const shop = settingsWith({
  identifiers: { userId: { limit: 1 } },
  events: { types: { [event]: { properties: { revenue: 'number', day: 'string' } } } },
  computed: {
    orderDays: { fn: 'distinct', event, property: 'day', within },
    revenue: { fn: 'sum', event, property: 'revenue', within },
    firstOrderAt: { fn: 'first', event, property: 'timestamp', within },
    lastOrderAt: { fn: 'last', event, property: 'timestamp', within },
    orders: { fn: 'count', event, within },
    average: { fn: 'average', event, property: 'revenue', within },
  },
})

const purchases = (): readonly Message[] =>
  sharedText('data', 'cdnow', 'CDNOW_sample.txt')
    .trim()
    .split('\n')
    .map((line, index) => {
      const [, customer = '', date = '', , dollars] = line.trim().split(/\s+/)
      const properties = { revenue: Number(dollars), day: date }
      const body = { type: 'track', event, userId: String(Number(customer)), properties, messageId: `row-${index}` }
      return said({ ...body, timestamp: new Date(daysOf(date)).toISOString() }, { settings: shop })
    })

const value = (profile: Profile, name: string, at: number): unknown => {
  const computed = shop.computed[name]
  if (computed === undefined) throw new Error(`computing ${name}: profile.yaml does not declare it`)
  return computedTrait(profile, computed, at).value
}
const instant = (profile: Profile, name: string): number => Date.parse(String(value(profile, name, calibrationEnd)))
const weeks = (ms: number): Big => new Big(ms).div(7 * day).round(2, Big.roundHalfUp)

const statistics = (profile: Profile) => {
  const [firstAt, lastAt] = [instant(profile, 'firstOrderAt'), instant(profile, 'lastOrderAt')]
  const x = Number(value(profile, 'orderDays', calibrationEnd)) - 1
  const [spent, atFirst] = [calibrationEnd, firstAt].map((at) => new Big(Number(value(profile, 'revenue', at))))
  const again = spent && atFirst ? spent.minus(atFirst) : new Big(0)
  return {
    id: Number(profile.nodes[0]?.value),
    x,
    recency: weeks(lastAt - firstAt).toNumber(),
    T: weeks(calibrationEnd - firstAt).toNumber(),
    zbar: x === 0 ? 0 : again.div(x).round(2, Big.roundHalfUp).toNumber(),
  }
}

const rows = (file: string): readonly Record<string, number>[] =>
  parse(sharedText('data', 'cdnow', file), {
    columns: true,
    cast: (text, { header }) => (header ? text : Number(text)),
  })

describe.skipIf(shared === undefined)(`CDNOW${needsShared}`, () => {
  it('computed traits give the published statistics of 2,357 of 2,357 customers', () => {
    const profiles = profilesFrom(purchases(), shop)
    const actual = profiles.map(statistics).sort((a, b) => a.id - b.id)
    const summary = rows('cdnow_customers_summary.csv').map(({ ID, frequency, recency, T }) => ({
      ID,
      frequency,
      recency,
      T,
    }))
    const spending = rows('cdnow_customers_summary_with_transactions.csv')
    expect(actual.map(({ id, x, recency, T }) => ({ ID: id, frequency: x, recency, T }))).toEqual(summary)
    const wrong = actual.filter(({ x, recency, T, zbar }, index) => {
      const row = spending[index]
      return row?.x !== x || row.t_x !== recency || row.T !== T || row.zbar !== zbar
    })
    expect(wrong).toEqual([])
    expect(actual).toHaveLength(2357)
  })

  it('orders, revenue and average of another window equal the rows, counted in whole cents', () => {
    const now = daysOf('19980331')
    const from = now - durationMs(within)
    const messages = purchases()
    const inWindow = messages.filter(({ at }) => from < at && at <= now)
    const rowsOf = groupBy(inWindow, ({ identifiers }) => identifiers[0]?.value)
    const wrong = profilesFrom(messages, shop).filter((profile) => {
      const bought = rowsOf.get(profile.nodes[0]?.value) ?? []
      const cents = bought.reduce((sum, { properties }) => sum + Math.round(Number(properties.revenue) * 100), 0)
      const expected = {
        orders: bought.length,
        revenue: bought.length === 0 ? undefined : cents / 100,
        average: bought.length === 0 ? undefined : new Big(cents).div(100 * bought.length).toNumber(),
      }
      return Object.entries(expected).some(([name, exact]) => value(profile, name, now) !== exact)
    })
    expect(wrong).toEqual([])
    expect(rowsOf.size).toBeGreaterThan(500)
    expect(rowsOf.size).toBeLessThan(2357)
  })
})
