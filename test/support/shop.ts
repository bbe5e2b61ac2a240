const text = (de: string, en: string) => ({ 'de-DE': { headline: de }, 'en-GB': { headline: en } })

/** A small registry: one slot, an offer for everybody who bought, one for lapsed customers, one for expiring subscriptions. */
export const shopRegistry = {
  segments: [
    { key: 'buyers', when: { event: 'Order Completed' } },
    {
      key: 'lapsed-60',
      when: { all: [{ event: 'Order Completed' }, { not: { event: 'Order Completed', withinLast: '60d' } }] },
    },
    { key: 'ends-in-7-days', when: { trait: 'subscription.endsAt', withinNext: '7d' } },
    { key: 'pro', when: { trait: 'plan', is: 'pro' } },
  ],
  slots: [{ key: 'lead', hold: '7d' }],
  placements: ['mail', 'site', 'crm'].map((connector) => ({
    key: `${connector}-hero`,
    channel: connector,
    connector,
    slot: 'lead',
    fields: { headline: { type: 'text', max: 80, required: true } },
    fallback: { 'en-GB': { headline: 'New in' }, 'de-DE': { headline: 'Neu bei uns' } },
    observed: { field: 'OLD', values: { CARE: 'care', BACK: 'win-back' } },
  })),
  offers: [
    { key: 'care', content: { default: text('Pflege', 'Care') } },
    { key: 'win-back', content: { default: text('Komm zurück', 'Come back') } },
    { key: 'renew', content: { default: text('Verlängern', 'Renew') } },
    { key: 'pro-tips', content: { default: text('Tipps', 'Tips') } },
  ],
  rules: [
    { key: 'renewal', slot: 'lead', when: { segment: 'ends-in-7-days' }, offer: 'renew', tier: 30 },
    { key: 'win-back', slot: 'lead', when: { segment: 'lapsed-60' }, offer: 'win-back', tier: 20 },
    { key: 'care', slot: 'lead', when: { segment: 'buyers' }, offer: 'care', tier: 10 },
    { key: 'pro', slot: 'lead', when: { segment: 'pro' }, offer: 'pro-tips', tier: 10, weight: 2 },
  ],
}

export const connectorOf = (key: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  use: 'paper',
  channel: key,
  phase: 'live',
  contact: { key: 'email', create: 'inScope' },
  consent: { purpose: 'marketing', onWithdraw: 'clear' },
  map: {
    firstName: 'NAME',
    'segment.buyers': { tag: 'Buyers' },
    [`placement.${key}-hero.headline`]: 'HEAD',
    [`placement.${key}-hero.offer`]: 'OFFER',
    [`placement.${key}-hero.decisionId`]: 'DEC',
  },
  ...more,
})

let serial = 0
const named = () => `m${++serial}`
export const identify = (userId: string, traits: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  type: 'identify',
  messageId: named(),
  userId,
  traits,
  context: { consent: { categoryPreferences: { marketing: true } } },
  ...more,
})
export const order = (
  userId: string,
  id: string,
  revenue: number,
  timestamp: string,
  more: Record<string, unknown> = {},
) => ({
  type: 'track',
  messageId: named(),
  userId,
  event: 'Order Completed',
  timestamp,
  properties: { order_id: id, revenue, products: [{ sku: 'S1' }] },
  ...more,
})
export const withdrawal = (userId: string, timestamp?: string) => ({
  type: 'identify',
  messageId: named(),
  userId,
  traits: {},
  context: { consent: { categoryPreferences: { marketing: false } } },
  ...(timestamp === undefined ? {} : { timestamp }),
})
