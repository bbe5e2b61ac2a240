import fc from 'fast-check'
import { type Condition, condition } from '../../../core/rules/condition.ts'
import { type GivenProfile, hour } from './given.ts'

/** Sunday before the clocks of Berlin go back: the cases cross the change. */
export const start = Date.parse('2026-10-24T00:00:00Z')
/** Everything happens on a whole hour of these days. */
export const hours = 96

const text = fc.constantFrom('A', 'B', 'C')
const number = fc.integer({ min: 0, max: 4 })
const duration = fc.constantFrom('1h', '5h', '24h', '2d', '3d')
const date = fc.constantFrom('2026-10-23', '2026-10-24', '2026-10-25', '2026-10-26', '2026-10-27')
const onTheHour = fc.integer({ min: -48, max: hours }).map((offset) => start + offset * hour)
const time = onTheHour.map((at) => new Date(at).toISOString())
const moment = fc.oneof(date, time)

const one = <K extends string, V>(key: K, value: fc.Arbitrary<V>) => value.map((each) => ({ [key]: each }))
const exists = one('exists', fc.boolean())
const pair = <V>(value: fc.Arbitrary<V>) => fc.tuple(value, value)
const compared = (value: fc.Arbitrary<string | number>) => [
  ...(['is', 'isNot', 'gt', 'gte', 'lt', 'lte'] as const).map((op) => one(op, value)),
  ...(['in', 'notIn'] as const).map((op) => one(op, fc.array(value, { minLength: 1, maxLength: 2 }))),
  one('between', pair(value)),
]
const two = (...ops: fc.Arbitrary<object>[]): fc.Arbitrary<object> =>
  fc
    .tuple(fc.oneof(exists, ...ops), fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, ...ops))
    .map(([a, b]) => ({ ...a, ...b }))
const onText = two(...compared(text), one('contains', text), one('startsWith', text))
const onNumber = two(...compared(number))
const onTime = two(
  ...compared(moment),
  one('before', moment),
  one('after', moment),
  one('withinLast', duration),
  one('withinNext', duration),
)
const onList = two(one('contains', text), one('in', fc.array(text, { minLength: 1, maxLength: 2 })))

const asked = (key: string, name: string, operators: fc.Arbitrary<object>) =>
  operators.map((each) => ({ [key]: name, ...each }))

/** `all`, `any` and `not` over leaves, a few levels deep. */
const trees = (leaf: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      { weight: 3, arbitrary: leaf },
      one('all', fc.array(tie('tree'), { minLength: 1, maxLength: 3 })),
      one('any', fc.array(tie('tree'), { minLength: 1, maxLength: 3 })),
      one('not', tie('tree')),
    ),
  })).tree

const element = trees(fc.oneof(asked('property', 'sku', onText), asked('property', 'price', onNumber)))
const property = trees(
  fc.oneof(
    asked('property', 'total', onNumber),
    asked('property', 'coupon', onText),
    asked('property', 'shipsAt', onTime),
    asked('property', 'timestamp', onTime),
    asked('property', 'products[].sku', onText),
    asked('property', 'products[].price', onNumber),
    element.map((some) => ({ property: 'products', some })),
  ),
)
const count = fc.oneof(...(['is', 'gte', 'gt', 'lt', 'lte'] as const).map((op) => one(op, number)))
const event = fc.record(
  { event: fc.constantFrom('Order Completed', 'Page Viewed'), where: property, count, withinLast: duration },
  { requiredKeys: ['event'] },
)
const trait = fc.oneof(
  asked('trait', 'country', onText),
  asked('trait', 'age', onNumber),
  asked('trait', 'vip', one('is', fc.boolean())),
  asked('trait', 'tags', onList),
  asked('trait', 'birthday', onTime),
  asked('trait', 'subscription.endsAt', onTime),
  asked('trait', 'orders', onNumber),
  asked('trait', 'recentOrders', onNumber),
  asked('trait', 'lastOrderAt', onTime),
  asked('trait', 'favourite', onText),
)
const consent = one('consent', fc.constantFrom('email', 'web'))

const conditions = (...segments: readonly string[]): fc.Arbitrary<Condition> =>
  trees(fc.oneof(trait, event, consent, ...segments.map((key) => fc.constant({ segment: key })))).map((when) =>
    condition.parse(when),
  )

/** Segments `first`, and `second` which may contain it, and a condition that may name both. */
export const written = fc.record({
  first: conditions(),
  second: conditions('first'),
  when: conditions('first', 'second'),
})

const properties = fc.record(
  {
    total: number,
    coupon: text,
    shipsAt: time,
    'products[].sku': fc.array(fc.option(text), { minLength: 1, maxLength: 3 }),
    'products[].category': fc.array(text, { minLength: 1, maxLength: 3 }),
    'products[].price': fc.array(fc.option(number), { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: [] },
)
const given = fc.oneof(
  { weight: 3, arbitrary: fc.record({ event: fc.constant('Order Completed'), at: onTheHour, properties }) },
  fc.record({ event: fc.constant('Page Viewed'), at: onTheHour }),
)
const traits = fc.record(
  {
    country: text,
    age: number,
    vip: fc.boolean(),
    tags: fc.array(text, { maxLength: 2 }),
    birthday: date,
    'subscription.endsAt': time,
  },
  { requiredKeys: [] },
)
const consents = fc.record({ email: fc.boolean(), web: fc.boolean() }, { requiredKeys: [] })

/** Customers with a past and a future: events of later hours are already known. */
export const anyCustomer: fc.Arbitrary<GivenProfile> = fc.record({
  traits,
  consents,
  events: fc.array(given, { maxLength: 6 }),
})
