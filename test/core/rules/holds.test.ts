import { describe, expect, it } from 'vitest'
import { never } from '../../../core/rules/program.ts'
import { customer, day, type GivenProfile, hour, programOf } from './given.ts'

const program = programOf({
  segments: [
    { key: 'german', when: { trait: 'country', is: 'DE' } },
    { key: 'german-buyer', when: { all: [{ segment: 'german' }, { event: 'Order Completed' }] } },
  ],
})
const noon = Date.parse('2026-11-21T12:00:00Z')
const verdict = (when: unknown, profile: GivenProfile, at = noon) => program.holds(when, customer(profile), at)

interface Case {
  readonly when: Record<string, unknown>
  readonly is: boolean
}
const holdsFor = (profile: GivenProfile, cases: readonly Case[]) =>
  it.each(cases.map((each) => ({ ...each, text: JSON.stringify(each.when) })))(
    'holds: $text is $is',
    ({ when, is }) => {
      expect(verdict(when, profile).holds).toBe(is)
    },
  )

describe('a trait', () => {
  const traits = { country: 'DE', age: 34, vip: false, tags: ['audio', 'sale'], firstName: '' }
  holdsFor({ traits }, [
    { when: { trait: 'country', is: 'DE' }, is: true },
    { when: { trait: 'country', is: 'de' }, is: false },
    { when: { trait: 'country', isNot: 'AT' }, is: true },
    { when: { trait: 'country', in: ['AT', 'DE'] }, is: true },
    { when: { trait: 'country', notIn: ['AT', 'DE'] }, is: false },
    { when: { trait: 'country', notIn: ['AT', 'CH'] }, is: true },
    { when: { trait: 'country', contains: 'E' }, is: true },
    { when: { trait: 'country', startsWith: 'D' }, is: true },
    { when: { trait: 'country', startsWith: 'E' }, is: false },
    { when: { trait: 'country', gt: 'AT', lt: 'FR' }, is: true },
    { when: { trait: 'country', between: ['DE', 'DE'] }, is: true },
    { when: { trait: 'country', gt: 1 }, is: false },
    { when: { trait: 'country', exists: true }, is: true },
    { when: { trait: 'country', exists: false }, is: false },
    { when: { trait: 'firstName', exists: true }, is: true },
    { when: { trait: 'firstName', is: '' }, is: true },
    { when: { trait: 'age', is: 34 }, is: true },
    { when: { trait: 'age', is: '34' }, is: false },
    { when: { trait: 'age', isNot: '34' }, is: true },
    { when: { trait: 'age', gt: 34 }, is: false },
    { when: { trait: 'age', gte: 34, lte: 34 }, is: true },
    { when: { trait: 'age', lt: 35, gt: 33 }, is: true },
    { when: { trait: 'age', lt: 35, gt: 34 }, is: false },
    { when: { trait: 'age', between: [30, 34] }, is: true },
    { when: { trait: 'age', between: [35, 40] }, is: false },
    { when: { trait: 'age', lt: 'x' }, is: false },
    { when: { trait: 'vip', is: false }, is: true },
    { when: { trait: 'vip', isNot: true }, is: true },
    { when: { trait: 'tags', contains: 'audio' }, is: true },
    { when: { trait: 'tags', contains: 'aud' }, is: false },
    { when: { trait: 'tags', in: ['sale', 'new'] }, is: true },
    { when: { trait: 'tags', exists: true }, is: true },
  ])
})

describe('a value that is missing', () => {
  const missing = [
    { is: 'x' },
    { isNot: 'x' },
    { in: ['x'] },
    { notIn: ['x'] },
    { contains: 'x' },
    { startsWith: 'x' },
    { gt: 'a' },
    { gte: 'a' },
    { lt: 'z' },
    { lte: 'z' },
    { between: ['a', 'z'] },
    { exists: true },
    { before: '2030-01-01' },
    { after: '2000-01-01' },
    { withinLast: '9999d' },
    { withinNext: '9999d' },
    { exists: false, isNot: 'x' },
  ]
  const paths = ['country', 'tags', 'subscription.endsAt', 'birthday', 'favourite', 'unheard-of']
  holdsFor(
    { traits: { tags: [], birthday: '2026-02-30', country: null } },
    paths.flatMap((trait) => [
      ...missing.map((operators) => ({ when: { trait, ...operators }, is: false })),
      { when: { trait, exists: false }, is: true },
    ]),
  )
})

describe('a date or time', () => {
  const traits = { 'subscription.endsAt': '2026-11-21T22:30:00.000Z', birthday: '2026-11-21' }
  // 22:30 UTC is 23:30 in Berlin: still the 21st, whose midnight is at 23:00 UTC.
  holdsFor({ traits }, [
    { when: { trait: 'subscription.endsAt', is: '2026-11-21' }, is: true },
    { when: { trait: 'subscription.endsAt', isNot: '2026-11-21' }, is: false },
    { when: { trait: 'subscription.endsAt', isNot: '2026-11-22' }, is: true },
    { when: { trait: 'subscription.endsAt', in: ['2026-11-20', '2026-11-21'] }, is: true },
    { when: { trait: 'subscription.endsAt', notIn: ['2026-11-20', '2026-11-21'] }, is: false },
    { when: { trait: 'subscription.endsAt', after: '2026-11-20' }, is: true },
    { when: { trait: 'subscription.endsAt', after: '2026-11-21' }, is: false },
    { when: { trait: 'subscription.endsAt', before: '2026-11-21' }, is: false },
    { when: { trait: 'subscription.endsAt', before: '2026-11-22' }, is: true },
    { when: { trait: 'subscription.endsAt', gt: '2026-11-20', lt: '2026-11-22' }, is: true },
    { when: { trait: 'subscription.endsAt', gte: '2026-11-21', lte: '2026-11-21' }, is: true },
    { when: { trait: 'subscription.endsAt', gte: '2026-11-22' }, is: false },
    { when: { trait: 'subscription.endsAt', lte: '2026-11-20' }, is: false },
    { when: { trait: 'subscription.endsAt', between: ['2026-11-21', '2026-11-21'] }, is: true },
    { when: { trait: 'subscription.endsAt', between: ['2026-11-22', '2026-11-30'] }, is: false },
    { when: { trait: 'subscription.endsAt', is: '2026-11-21T23:30:00+01:00' }, is: true },
    { when: { trait: 'subscription.endsAt', is: '2026-11-21T22:30:00.001Z' }, is: false },
    { when: { trait: 'subscription.endsAt', after: '2026-11-21T22:30:00Z' }, is: false },
    { when: { trait: 'subscription.endsAt', gte: '2026-11-21T22:30:00Z' }, is: true },
    { when: { trait: 'birthday', is: '2026-11-21' }, is: true },
    { when: { trait: 'birthday', before: '2026-11-21' }, is: false },
    { when: { trait: 'birthday', after: '2026-11-20', before: '2026-11-22' }, is: true },
    { when: { trait: 'birthday', between: ['2026-11-01', '2026-11-21'] }, is: true },
    { when: { trait: 'subscription.endsAt', startsWith: '2026' }, is: false },
  ])

  it.each([
    { date: '2026-03-29', first: '2026-03-28T23:00:00Z', last: '2026-03-29T21:59:59.999Z' },
    { date: '2026-10-25', first: '2026-10-24T22:00:00Z', last: '2026-10-25T22:59:59.999Z' },
  ])(
    'holds: the day on which clocks change, $date, is covered from $first to $last and no longer',
    ({ date, first, last }) => {
      const when = { trait: 'subscription.endsAt', is: date }
      const on = (instant: number) =>
        verdict(when, { traits: { 'subscription.endsAt': new Date(instant).toISOString() } }).holds
      const [start, end] = [Date.parse(first), Date.parse(last)]
      expect([start - 1, start, end, end + 1].map(on)).toEqual([false, true, true, false])
    },
  )

  const endsAt = noon + 3 * day
  const ending = { traits: { 'subscription.endsAt': new Date(endsAt).toISOString() } }
  it.each([
    { operator: { withinNext: '3d' }, at: noon - 1, is: false, until: noon },
    { operator: { withinNext: '3d' }, at: noon, is: true, until: endsAt },
    { operator: { withinNext: '3d' }, at: endsAt - 1, is: true, until: endsAt },
    { operator: { withinNext: '3d' }, at: endsAt, is: false, until: never },
    { operator: { withinLast: '2h' }, at: endsAt - 1, is: false, until: endsAt },
    { operator: { withinLast: '2h' }, at: endsAt, is: true, until: endsAt + 2 * hour },
    { operator: { withinLast: '2h' }, at: endsAt + 2 * hour - 1, is: true, until: endsAt + 2 * hour },
    { operator: { withinLast: '2h' }, at: endsAt + 2 * hour, is: false, until: never },
    { operator: { after: '2026-11-22' }, at: noon, is: true, until: never },
  ])('holds: $operator at $at is $is until $until', ({ operator, at, is, until }) => {
    const when = { trait: 'subscription.endsAt', ...operator }
    expect(verdict(when, ending, at)).toEqual({ holds: is, until })
    expect(verdict({ not: when }, ending, at)).toEqual({ holds: !is, until })
  })
})

describe('an event', () => {
  const event = 'Order Completed'
  const ordered = (...ages: readonly number[]): GivenProfile => ({
    events: ages.map((age) => ({ event, at: noon - age })),
  })
  it.each([
    { name: 'one is enough', when: { event }, given: ordered(day), is: true, until: never },
    { name: 'none is not', when: { event }, given: ordered(), is: false, until: never },
    { name: 'one to come', when: { event }, given: ordered(-hour), is: false, until: noon + hour },
    { name: 'none asked', when: { event, count: { is: 0 } }, given: ordered(), is: true, until: never },
    { name: 'few asked', when: { event, count: { lt: 3 } }, given: ordered(1, 2), is: true, until: never },
    { name: 'too many', when: { event, count: { lt: 3 } }, given: ordered(1, 2, 3), is: false, until: never },
    { name: 'a range', when: { event, count: { gt: 1, lte: 2 } }, given: ordered(1, 2), is: true, until: never },
    { name: 'in the window', when: { event, withinLast: '2d' }, given: ordered(day), is: true, until: noon + day },
    { name: 'now', when: { event, withinLast: '2d' }, given: ordered(0), is: true, until: noon + 2 * day },
    { name: 'just left', when: { event, withinLast: '1d' }, given: ordered(day), is: false, until: never },
    {
      name: 'the newest of several decides',
      when: { event, withinLast: '2d' },
      given: ordered(2 * day - 1, day, hour),
      is: true,
      until: noon - hour + 2 * day,
    },
    {
      name: 'the second newest decides',
      when: { event, withinLast: '2d', count: { gte: 2 } },
      given: ordered(2 * day - 1, day, hour),
      is: true,
      until: noon - day + 2 * day,
    },
    {
      name: 'lapsed at its very second',
      when: { all: [{ event }, { not: { event, withinLast: '60d' } }] },
      given: ordered(60 * day),
      is: true,
      until: never,
    },
    {
      name: 'one leaves as another arrives, so nothing changes then',
      when: { event, withinLast: '1d', count: { is: 1 } },
      given: ordered(hour, hour - day),
      is: true,
      until: noon - hour + 2 * day,
    },
  ])('holds: $name', ({ when, given, is, until }) => {
    expect(verdict(when, given)).toEqual({ holds: is, until })
  })
})

describe('what an event says', () => {
  const event = 'Order Completed'
  const properties = {
    total: 50,
    coupon: 'SAVE10',
    shipsAt: '2026-11-22T12:00:00.000Z',
    'products[].sku': ['A', 'B', null],
    'products[].category': ['audio', 'video', 'audio'],
    'products[].price': [10, 40],
  }
  const where = (condition: Record<string, unknown>) => ({ event, where: condition })
  const some = (condition: Record<string, unknown>) => where({ property: 'products', some: condition })
  holdsFor({ events: [{ event, at: noon - hour, properties }] }, [
    { when: where({ property: 'total', gte: 50 }), is: true },
    { when: where({ property: 'total', is: '50' }), is: false },
    { when: where({ property: 'coupon', startsWith: 'SAVE' }), is: true },
    { when: where({ property: 'coupon', exists: false }), is: false },
    { when: where({ not: { property: 'coupon', is: 'SAVE20' } }), is: true },
    {
      when: where({
        any: [
          { property: 'total', gt: 99 },
          { property: 'coupon', exists: true },
        ],
      }),
      is: true,
    },
    {
      when: where({
        all: [
          { property: 'total', gt: 99 },
          { property: 'coupon', exists: true },
        ],
      }),
      is: false,
    },
    { when: where({ property: 'shipsAt', is: '2026-11-22' }), is: true },
    { when: where({ property: 'timestamp', withinLast: '1h' }), is: false },
    { when: where({ property: 'timestamp', withinLast: '2h' }), is: true },
    { when: where({ property: 'products[].sku', is: 'B' }), is: true },
    { when: where({ property: 'products[].sku', isNot: 'B' }), is: true },
    { when: where({ property: 'products[].sku', in: ['C', 'D'] }), is: false },
    { when: where({ property: 'products[].sku', contains: 'B' }), is: true },
    { when: where({ property: 'products[].category', contains: 'aud' }), is: true },
    { when: where({ property: 'products[].price', gt: 10, lt: 40 }), is: false },
    { when: where({ property: 'products[].price', gte: 10, lt: 40 }), is: true },
    { when: where({ property: 'products[].sku', exists: false }), is: false },
    { when: where({ property: 'unheard-of', exists: false }), is: true },
    {
      when: some({
        all: [
          { property: 'sku', is: 'B' },
          { property: 'category', is: 'video' },
        ],
      }),
      is: true,
    },
    {
      when: some({
        all: [
          { property: 'sku', is: 'A' },
          { property: 'category', is: 'video' },
        ],
      }),
      is: false,
    },
    {
      when: some({
        all: [
          { property: 'sku', is: 'B' },
          { property: 'price', gt: 30 },
        ],
      }),
      is: true,
    },
    {
      when: some({
        all: [
          { property: 'sku', is: 'A' },
          { property: 'price', gt: 30 },
        ],
      }),
      is: false,
    },
    {
      when: some({
        all: [
          { property: 'category', is: 'audio' },
          { property: 'sku', exists: false },
        ],
      }),
      is: true,
    },
    {
      when: some({
        all: [
          { property: 'category', is: 'video' },
          { property: 'sku', exists: false },
        ],
      }),
      is: false,
    },
    { when: some({ not: { property: 'category', is: 'audio' } }), is: true },
    { when: some({ property: 'price', exists: false }), is: true },
    { when: where({ not: { property: 'products', some: { property: 'sku', is: 'A' } } }), is: false },
    { when: { event, where: { property: 'total', gt: 99 }, count: { is: 0 } }, is: true },
  ])

  it('holds: a list that is empty has no element', () => {
    const bare = { events: [{ event, at: noon - hour, properties: {} }] }
    expect(verdict(some({ property: 'sku', exists: false }), bare).holds).toBe(false)
    expect(verdict(where({ property: 'products[].sku', exists: false }), bare).holds).toBe(true)
  })

  it('holds: a list is as long as the longest of what is known of its elements', () => {
    const uneven = { 'products[].sku': ['A'], 'products[].price': [1, 2] }
    const given = { events: [{ event, at: noon - hour, properties: uneven }] }
    expect(verdict(some({ property: 'price', is: 2 }), given).holds).toBe(true)
    expect(verdict(some({ property: 'sku', exists: false }), given).holds).toBe(true)
  })

  it('holds: what an event says of the time changes by itself, too', () => {
    const given = { events: [{ event, at: noon - hour, properties }] }
    const shipsAt = Date.parse(properties.shipsAt)
    expect(verdict(where({ property: 'shipsAt', withinNext: '2d' }), given)).toEqual({ holds: true, until: shipsAt })
  })
})

describe('the rest', () => {
  const buyer = { traits: { country: 'DE' }, events: [{ event: 'Order Completed', at: noon - hour }] }
  holdsFor({ ...buyer, consents: { email: true } }, [
    { when: { segment: 'german' }, is: true },
    { when: { segment: 'german-buyer' }, is: true },
    { when: { not: { segment: 'german-buyer' } }, is: false },
    { when: { consent: 'email' }, is: true },
    { when: { consent: 'web' }, is: true },
    { when: { trait: 'orders', is: 1 }, is: true },
    { when: { trait: 'lastOrderAt', is: '2026-11-21' }, is: true },
    { when: { context: 'device', is: 'mobile' }, is: true },
    { when: { not: { context: 'device', is: 'mobile' } }, is: true },
    { when: { not: { not: { context: 'device', is: 'mobile' } } }, is: true },
    { when: { all: [{ not: { all: [{ context: 'device', is: 'x' }, { segment: 'german' }] } }] }, is: true },
  ])
  holdsFor({ consents: { web: false } }, [
    { when: { consent: 'email' }, is: false },
    { when: { consent: 'web' }, is: false },
    { when: { consent: 'unheard-of' }, is: false },
  ])

  it('holds: a computed trait brings its own end', () => {
    expect(verdict({ trait: 'recentOrders', gte: 1 }, buyer)).toEqual({ holds: true, until: noon - hour + 2 * day })
    const favoured = {
      events: [{ event: 'Order Completed', at: noon - hour, properties: { 'products[].category': ['audio'] } }],
    }
    expect(verdict({ trait: 'favourite', is: 'audio' }, favoured)).toEqual({
      holds: true,
      until: noon - hour + 3 * day,
    })
  })

  it('holds: a false part of `all`, or a true one of `any`, is enough to know until when', () => {
    const soon = { event: 'Order Completed', withinLast: '2h' }
    expect(verdict({ all: [soon, { trait: 'country', is: 'AT' }] }, buyer)).toEqual({ holds: false, until: never })
    expect(verdict({ any: [soon, { trait: 'country', is: 'DE' }] }, buyer)).toEqual({ holds: true, until: never })
  })

  it.each([
    { when: { segment: 'nobody' }, fault: /segment "nobody": there is none/ },
    { when: { trat: 'x' }, fault: /found trat/ },
    { when: 'german', fault: /a condition is a map/ },
  ])('holds: $when is refused', ({ when, fault }) => {
    expect(() => verdict(when, buyer)).toThrow(fault)
  })
})
