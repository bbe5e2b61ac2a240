const url = (page: string) => `https://shop.example/${page}`
const content = (headline: string, page: string) => ({ 'en-GB': { headline, url: url(page) } })
const fields = { headline: { type: 'text', max: 80, required: true }, url: { type: 'url' } }
const fallback = content('New in', 'new')
/** What stood in the tools before the hub came: each says something of its own. */
export const before = { site: 'The record club', shop: 'Free delivery', crm: 'Call about the record club' } as const
const placement = (key: string, channel: string, connector: string, field: string, was: Record<string, string>) => ({
  ...{ key, channel, connector, fields, fallback, slot: 'lead' },
  observed: { field, values: was },
})
const reachable = { consent: 'marketing' }

/** One question, four tools that show its answer, and nobody is addressed without consent. */
export const rules = {
  segments: [
    { key: 'newcomers', when: { not: { event: 'Order Completed' } } },
    { key: 'headphone-buyers', when: { event: 'Order Completed', where: { property: 'products[].sku', is: 'HP-1' } } },
  ],
  slots: [{ key: 'lead' }],
  placements: [
    placement('site-hero', 'wcm', 'site', 'leitstern_headline', { [before.site]: 'record-club' }),
    placement('shop-banner', 'commerce', 'shop', 'leitsternHeadline', { [before.shop]: 'free-delivery' }),
    placement('member-note', 'newsletter', 'news', 'headline', {}),
    placement('crm-hint', 'crm', 'crm', 'other', { [before.crm]: 'record-club' }),
  ],
  offers: [
    { key: 'record-club', content: { default: content('The record club', 'club') } },
    { key: 'free-delivery', content: { default: content('Free delivery', 'delivery') } },
    { key: 'welcome', content: { default: content('Welcome: 10 % off to start', 'welcome') } },
    { key: 'headphone-care', content: { default: content('New pads for your headphones', 'care') } },
  ],
  rules: [
    { key: 'greet', slot: 'lead', when: { all: [{ segment: 'newcomers' }, reachable] }, offer: 'welcome' },
    { key: 'care', slot: 'lead', when: { all: [{ segment: 'headphone-buyers' }, reachable] }, offer: 'headphone-care' },
  ],
}

export const profile = {
  identifiers: { email: { limit: 3 } },
  traits: { firstName: { type: 'string', class: 'contact' } },
  computed: { orders: { fn: 'count', event: 'Order Completed' } },
  consents: { marketing: { default: 'denied' } },
  events: {
    types: {
      'Order Completed': {
        key: 'order_id',
        properties: { order_id: 'string', revenue: 'number', 'products[].sku': 'string' },
      },
    },
  },
}
