import type { Chance } from './chance.ts'

const order = 'Order Completed'
const text = (de: string, en: string) => ({ 'de-DE': { headline: de }, 'en-GB': { headline: en } })

/** A condition of every kind that time, events, traits and consents can change. */
const segments = (chance: Chance) => [
  { key: 'buyers', when: { event: order } },
  {
    key: 'lapsed',
    when: { all: [{ event: order }, { not: { event: order, withinLast: chance.pick(['48h', '7d', '60d']) } }] },
  },
  { key: 'ends-soon', when: { trait: 'subscription.endsAt', withinNext: chance.pick(['24h', '7d']) } },
  { key: 'regulars', when: { event: order, count: { gte: chance.int(2, 3) }, withinLast: '30d' } },
  { key: 'germans', when: { trait: 'country', is: 'DE' } },
  { key: 'fresh', when: { trait: 'recentOrders', gte: 1 } },
  { key: 'mailable', when: { all: [{ consent: 'email' }, { not: { segment: 'lapsed' } }] } },
]

const hours = (chance: Chance) =>
  chance.often(0.4)
    ? { schedule: { hours: chance.pick(['08:00-20:00', '22:00-06:00', '00:00-03:00']), zone: 'Europe/Berlin' } }
    : {}

/** A registry that the seed writes: always whole, never twice the same. */
export const writtenRules = (chance: Chance): Record<string, unknown> => ({
  segments: segments(chance),
  slots: [
    { key: 'lead', hold: chance.pick(['1h', '7d']) },
    { key: 'side', hold: '24h' },
  ],
  placements: ['mail', 'site', 'crm'].map((connector) => ({
    key: `${connector}-hero`,
    channel: connector,
    connector,
    slot: connector === 'crm' ? 'side' : 'lead',
    fields: { headline: { type: 'text', max: 80, required: true } },
    fallback: text('Neu bei uns', 'New in'),
  })),
  offers: [
    {
      key: 'care',
      content: { default: text('Pflege', `Care ${chance.int(1, 3)}`) },
      limits: { perCustomer: { max: chance.int(1, 2), within: chance.pick(['7d', '30d']) } },
    },
    { key: 'win-back', content: { default: text('Komm zurück', 'Come back') }, limits: { total: chance.int(2, 9) } },
    { key: 'renew', content: { default: text('Verlängern', 'Renew') } },
    { key: 'welcome', content: { default: text('Willkommen {{ firstName | default: "du" }}', 'Welcome') } },
    { key: 'tips', content: { default: text('Tipps', 'Tips') }, eligible: { not: { segment: 'lapsed' } } },
    { key: 'rare', content: { default: text('Selten', 'Rare') }, limits: { total: 1 } },
  ],
  rules: [
    { key: 'renewal', slot: 'lead', when: { segment: 'ends-soon' }, offer: 'renew', tier: 30 },
    { key: 'win-back', slot: 'lead', when: { segment: 'lapsed' }, offer: 'win-back', tier: 20 },
    { key: 'rare', slot: 'lead', when: { segment: 'regulars' }, offer: 'rare', tier: 20, weight: 3 },
    { key: 'care', slot: 'lead', when: { segment: 'buyers' }, offer: 'care', tier: 10, ...hours(chance) },
    {
      key: 'welcome',
      slot: 'lead',
      when: { segment: 'germans' },
      offer: 'welcome',
      tier: 10,
      weight: chance.int(1, 3),
    },
    { key: 'tips', slot: 'side', when: { segment: 'fresh' }, offer: 'tips', tier: chance.int(1, 2) },
    { key: 'side-care', slot: 'side', when: { segment: 'mailable' }, offer: 'care', tier: 1, ...hours(chance) },
  ],
})
