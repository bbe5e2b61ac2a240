import { chance, whole } from '../../scripts/samples/chance.ts'
import { flags, lists, numbers, type Predicate, ruleSet, texts } from './rules.ts'

const typed = (traits: readonly string[], type: string) => traits.map((trait) => [trait, { type }] as const)

/** The `hub` of the benches' hub.yaml. */
export const benchHubSettings = { name: 'Bench', timezone: 'UTC', locales: ['en-GB'] }

/** profile.yaml of the benches: forty traits, four computed ones, three kinds of events. */
export const profileConfig = {
  identifiers: { userId: { limit: 1 }, email: { limit: 3 }, anonymousId: { limit: 50 } },
  traits: {
    firstName: { type: 'string', class: 'contact' },
    locale: { type: 'string' },
    ...Object.fromEntries([
      ...typed(texts, 'string'),
      ...typed(numbers, 'number'),
      ...typed(flags, 'boolean'),
      ...typed(lists, 'list'),
    ]),
  },
  computed: {
    revenue: { fn: 'sum', event: 'Order Completed', property: 'revenue', within: '365d' },
    orders: { fn: 'count', event: 'Order Completed' },
    favourite: { fn: 'mostFrequent', event: 'Order Completed', property: 'products[].category' },
    lastOrderAt: { fn: 'last', event: 'Order Completed', property: 'timestamp' },
  },
  consents: { email_marketing: { default: 'granted', channels: ['email'] } },
  events: {
    mode: 'enforce',
    types: {
      'Order Completed': {
        key: 'order_id',
        properties: {
          order_id: 'string',
          revenue: 'number',
          'products[].sku': 'string',
          'products[].category': 'string',
          'products[].price': 'number',
        },
      },
      'Product Viewed': { properties: { sku: 'string', category: 'string', price: 'number' } },
      'Page Viewed': { properties: { path: 'string', title: 'string' } },
    },
  },
}

/** A predicate in the hub's own language. */
export const conditionOf = (predicate: Predicate): Record<string, unknown> => {
  const { trait, op } = predicate
  switch (op) {
    case 'in':
      return { trait, in: predicate.values }
    case 'between':
      return { trait, between: [predicate.from, predicate.to] }
    case 'exists':
      return { trait, exists: true }
    default:
      return { trait, [op]: predicate.value }
  }
}

const slots = ['hero', 'teaser', 'service', 'banner', 'reminder']
const offerCount = 50
const offers = [...Array(offerCount).keys()].map((index) => ({
  key: `offer-${index}`,
  value: 1 + (index % 7),
  content: { default: { 'en-GB': { headline: `Offer ${index} for you`, url: `/offers/${index}` } } },
}))
const placement = (key: string, channel: string, slot: string) => ({
  key,
  channel,
  slot,
  fields: { headline: { type: 'text', max: 60, required: true }, url: { type: 'url' } },
  fallback: { 'en-GB': { headline: 'New in', url: '/new' } },
})
const onSite = slots.map((slot) => placement(`site-${slot}`, 'wcm', slot))
/** What the site asks for. */
export const sitePlacements: readonly string[] = onSite.map(({ key }) => key)
const placements = [
  ...onSite,
  placement('mail-hero', 'email', 'hero'),
  placement('shop-hero', 'commerce', 'hero'),
  placement('crm-hero', 'crm', 'hero'),
]
const segments = [
  { key: 'buyers', when: { event: 'Order Completed' } },
  { key: 'interested', when: { event: 'Product Viewed', count: { gte: 3 }, withinLast: '30d' } },
  {
    key: 'lapsed',
    when: { all: [{ event: 'Order Completed' }, { not: { event: 'Order Completed', withinLast: '60d' } }] },
  },
  { key: 'big-spenders', when: { trait: 'revenue', gte: 500 } },
]

/** A registry with so many rules over five slots: all on the site, the first one in every tool. */
export const registryOf = (ruleCount: number) => {
  const random = chance(2)
  return {
    segments,
    slots: slots.map((key) => ({ key })),
    placements,
    offers,
    rules: ruleSet(ruleCount).map((predicates, index) => ({
      key: `rule-${index}`,
      slot: slots[index % slots.length],
      when: { all: predicates.map(conditionOf) },
      offer: `offer-${whole(random, 0, offerCount - 1)}`,
      tier: whole(random, 0, 3),
      weight: whole(random, 1, 9),
    })),
  }
}
