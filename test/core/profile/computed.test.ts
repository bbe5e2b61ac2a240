import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computedTrait } from '../../../core/profile/computed.ts'
import type { Message } from '../../../core/profile/message.ts'
import { type ComputedSettings, computedFunctions } from '../../../core/profile/settings.ts'
import { day, iso, noon, profileFrom, said } from './given.ts'

const never = Number.POSITIVE_INFINITY
const order = (days: number, properties: Record<string, unknown>, id = `${days}`): Message =>
  said({
    type: 'track',
    event: 'Order Completed',
    userId: 'u1',
    messageId: id,
    timestamp: iso(noon - days * day),
    properties,
  })

const orders = [
  order(40, { revenue: 0.1, coupon: 'spring', products: [{ category: 'audio' }, { category: 'video' }] }),
  order(20, { revenue: 0.2, products: [{ category: 'video', price: 1 }, { price: 2 }, { price: 3 }] }),
  order(10, { revenue: 0.3, coupon: 'autumn', products: [{ category: 'audio' }, { category: 'audio' }] }),
  order(5, { coupon: 'autumn' }),
]
const compute = (computed: Omit<ComputedSettings, 'event'>, now = noon, messages: readonly Message[] = orders) =>
  computedTrait(profileFrom(messages), { event: 'Order Completed', ...computed }, now)

describe('computed traits', () => {
  it.each<[Omit<ComputedSettings, 'event'>, unknown, number]>([
    [{ fn: 'count' }, 4, never],
    [{ fn: 'count', within: '30d' }, 3, noon + 10 * day],
    [{ fn: 'count', within: '20d' }, 2, noon + 10 * day],
    [{ fn: 'count', within: '1d' }, 0, never],
    [{ fn: 'count', property: 'products[].category' }, 5, never],
    [{ fn: 'sum', property: 'revenue' }, 0.6, never],
    [{ fn: 'sum', property: 'revenue', within: '30d' }, 0.5, noon + 10 * day],
    [{ fn: 'sum', property: 'revenue', within: '6d' }, undefined, never],
    [{ fn: 'sum', property: 'coupon' }, undefined, never],
    [{ fn: 'average', property: 'revenue' }, 0.2, never],
    [{ fn: 'average', property: 'revenue', within: '6d' }, undefined, never],
    [{ fn: 'average', property: 'products[].price' }, 2, never],
    [{ fn: 'first', property: 'coupon' }, 'spring', never],
    [{ fn: 'first', property: 'coupon', within: '30d' }, 'autumn', noon + 20 * day],
    [{ fn: 'first', property: 'timestamp' }, iso(noon - 40 * day), never],
    [{ fn: 'last', property: 'timestamp' }, iso(noon - 5 * day), never],
    [{ fn: 'last', property: 'revenue', within: '30d' }, 0.3, noon + 20 * day],
    [{ fn: 'last', property: 'products[].category' }, 'audio', never],
    [{ fn: 'mostFrequent', property: 'products[].category' }, 'audio', never],
    [{ fn: 'mostFrequent', property: 'products[].category', within: '20d' }, 'audio', noon + 10 * day],
    [{ fn: 'distinct', property: 'coupon' }, 2, never],
    [{ fn: 'distinct', property: 'coupon', within: '1d' }, 0, never],
    [{ fn: 'distinct', property: 'undeclared' }, 0, never],
    [{ fn: 'last', property: 'constructor' }, undefined, never],
  ])('%j', (computed, value, until) => {
    expect(compute(computed)).toEqual({ value, until })
  })

  it('nobody has ordered', () => {
    const views = [said({ type: 'page', userId: 'u1' })]
    const values = computedFunctions.map((fn) => [fn, compute({ fn, property: 'revenue' }, noon, views).value])
    expect(Object.fromEntries(values)).toEqual({ count: 0, distinct: 0 })
  })

  it('an event leaves its window at the very millisecond, and a future one enters at its own', () => {
    const ahead = [
      order(1, {}),
      said({ type: 'track', event: 'Order Completed', userId: 'u1', messageId: 'f', timestamp: iso(noon + 60_000) }),
    ]
    const at = (now: number) => compute({ fn: 'count', within: '2d' }, now, ahead)
    expect(at(noon)).toEqual({ value: 1, until: noon + 60_000 })
    expect(at(noon + 60_000)).toEqual({ value: 2, until: noon + day })
    expect(at(noon + day - 1)).toEqual({ value: 2, until: noon + day })
    expect(at(noon + day)).toEqual({ value: 1, until: noon + 60_000 + 2 * day })
  })

  it.each([
    [
      'coupon',
      'the one seen latest',
      [order(3, { coupon: 'b' }), order(2, { coupon: 'a' }), order(1, { coupon: 'b' }), order(4, { coupon: 'a' })],
      'b',
    ],
    [
      'products[].category',
      'in the same event, the smallest text',
      [order(1, { products: [{ category: 'b' }, { category: 'a' }] })],
      'a',
    ],
  ])('equally frequent, %s: %s', (property, _, messages, expected) => {
    expect(compute({ fn: 'mostFrequent', property }, noon, messages).value).toBe(expected)
  })

  it('sums are exact, whatever the order: 1e16 + 1 - 1e16 is 1', () => {
    const amounts = [1e16, 1, -1e16, 0.1, 0.2]
    const messages = amounts.map((revenue, n) => order(n, { revenue }))
    expect(compute({ fn: 'sum', property: 'revenue' }, noon, messages).value).toBe(1.3)
    const moved = amounts.map((revenue, n) => order(amounts.length - n, { revenue }, `r${n}`))
    expect(compute({ fn: 'sum', property: 'revenue' }, noon, moved).value).toBe(1.3)
  })

  it('stay as they are until the instant they name, by comparison with every instant in between', () => {
    const history = fc.array(
      fc.record({ at: fc.integer({ min: -20, max: 20 }), revenue: fc.option(fc.integer({ min: 0, max: 3 })) }),
      { minLength: 1, maxLength: 8 },
    )
    const steps = Array.from({ length: 30 }, (_, step) => noon + step * 1000)
    fc.assert(
      fc.property(
        history,
        fc.constantFrom(...computedFunctions),
        fc.integer({ min: 1, max: 15 }),
        (events, fn, seconds) => {
          const messages = events.map(({ at, revenue }, n) =>
            said({
              type: 'track',
              event: 'Order Completed',
              userId: 'u1',
              messageId: `m${n}`,
              timestamp: iso(noon + at * 1000),
              properties: { revenue },
            }),
          )
          const profile = profileFrom(messages)
          const computed = { fn, event: 'Order Completed', property: 'revenue', within: `${seconds}s` }
          for (const start of steps) {
            const { value, until } = computedTrait(profile, computed, start)
            expect(until).toBeGreaterThan(start)
            for (const later of steps.filter((step) => step > start && step < until)) {
              expect(computedTrait(profile, computed, later).value).toBe(value)
            }
          }
        },
      ),
      { numRuns: 100 },
    )
  })

  it('agree with a plain reading of their definition', () => {
    const cents = fc.array(
      fc.record({ days: fc.integer({ min: 0, max: 30 }), cents: fc.integer({ min: -5000, max: 5000 }) }),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(cents, fc.integer({ min: 1, max: 31 }), (bought, within) => {
        const messages = bought.map(({ days, cents }, n) => order(days, { revenue: cents / 100 }, `m${n}`))
        const profile = profileFrom([said({ type: 'page', userId: 'u1', messageId: 'p' }), ...messages])
        const inside = bought.filter(({ days }) => days < within)
        const sum = inside.reduce((total, { cents }) => total + cents, 0)
        const value = (fn: ComputedSettings['fn']): unknown =>
          computedTrait(profile, { fn, event: 'Order Completed', property: 'revenue', within: `${within}d` }, noon)
            .value
        expect(value('count')).toBe(inside.length)
        expect(value('distinct')).toBe(new Set(inside.map(({ cents }) => cents)).size)
        expect(value('sum')).toBe(inside.length === 0 ? undefined : sum / 100)
      }),
    )
  })
})
