import fc from 'fast-check'
import type { Message } from '../../../core/profile/message.ts'
import { day, iso, noon, said, settingsWith } from './given.ts'

/** Tight limits and every strategy, so that small histories reach every branch. */
export const strict = settingsWith({
  identifiers: { userId: { limit: 1 }, email: { limit: 2 }, anonymousId: { limit: 3, sharedWithin: '2d' } },
  traits: {
    rank: { type: 'string' },
    recent: { type: 'string', strategy: 'most_recent', maxAge: '2d' },
    oldest: { type: 'string', strategy: 'oldest' },
    max: { type: 'string', strategy: 'max' },
    min: { type: 'string', strategy: 'min' },
    filled: { type: 'string', strategy: 'non_empty', maxAge: '3d' },
    union: { type: 'list', strategy: 'set_union' },
    frequent: { type: 'string', strategy: 'most_frequent_over_sources' },
  },
  computed: Object.fromEntries(
    (['count', 'sum', 'average', 'first', 'last', 'mostFrequent', 'distinct'] as const).flatMap((fn) => [
      [`${fn}Revenue`, { fn, event: 'Order Completed', property: 'revenue', within: '4d' }],
      [`${fn}Category`, { fn, event: 'Order Completed', property: 'products[].category' }],
    ]),
  ),
})

const sources = fc.constantFrom('web', 'shop', 'crm')
/** Few values: collisions are what is to be tested. */
const id = (prefix: string, count: number) => fc.integer({ min: 1, max: count }).map((n) => `${prefix}${n}`)
const at = fc.integer({ min: 0, max: 20 }).map((step) => iso(noon - 8 * day + (step * day) / 4))
const text = fc.constantFrom<string | null>('a', 'b', '', null)

const who = fc
  .record(
    { userId: id('u', 3), anonymousId: id('d', 5), email: id('e', 6).map((name) => `${name}@x.test`) },
    { requiredKeys: [] },
  )
  .filter((ids) => Object.keys(ids).length > 0)
const says = fc.record(
  {
    rank: text,
    recent: text,
    oldest: text,
    max: text,
    min: text,
    filled: text,
    union: fc.subarray(['a', 'b', 'c']),
    frequent: text,
    undeclared: fc.constantFrom<unknown>(1, 'x', [2], null),
  },
  { requiredKeys: [] },
)
const order = fc.record({
  order_id: fc.constantFrom('o1', 'o2', 'o3', null),
  revenue: fc.constantFrom(0.1, 0.2, 0.7, 1e9, '5'),
  products: fc.array(fc.record({ category: fc.constantFrom('audio', 'video', 5) }), { maxLength: 3 }),
})
const consent = fc.option(fc.boolean(), { nil: undefined, freq: 3 })

const message = fc.record({ source: sources, who, at, says: fc.option(says, { freq: 2 }), order, consent })

/** A history of a handful of people, full of collisions; message ids are unique within their source. */
export const histories: fc.Arbitrary<readonly Message[]> = fc
  .array(message, { minLength: 1, maxLength: 25 })
  .map((list) =>
    list.map(({ source, who: { email, ...ids }, at, says, order, consent }, index) =>
      said(
        {
          ...ids,
          messageId: `m${index}`,
          timestamp: at,
          ...(says
            ? { type: 'identify', traits: says }
            : { type: 'track', event: 'Order Completed', properties: order }),
          context: {
            traits: email === undefined ? {} : { email },
            ...(consent === undefined ? {} : { consent: { categoryPreferences: { personalization: consent } } }),
          },
        },
        { source, settings: strict },
      ),
    ),
  )
