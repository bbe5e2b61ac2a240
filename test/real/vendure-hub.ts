import { openDoors } from '../../core/api/door.ts'
import { serve } from '../../core/api/serve.ts'
import { hubInABox } from '../support/hub.ts'
import { apiKey, baseUrl } from './vendure-server.ts'

const content = (headline: string, page: string) => ({
  'en-GB': { headline, url: `https://shop.example/en/${page}` },
  'de-DE': { headline: `${headline} (de)`, url: `https://shop.example/de/${page}` },
})
/** A welcome for everybody whose name is known, and something better for those who bought the headphones. */
const registry = {
  segments: [
    { key: 'headphone-buyers', when: { event: 'Order Completed', where: { property: 'products[].sku', is: 'HP-1' } } },
  ],
  slots: [{ key: 'lead', hold: '7d' }],
  placements: [
    {
      key: 'shop-banner',
      channel: 'commerce',
      connector: 'shop',
      slot: 'lead',
      fields: { headline: { type: 'text', max: 80, required: true }, url: { type: 'url' } },
      fallback: content('New in', 'new'),
    },
  ],
  offers: [
    { key: 'welcome', content: { default: content('Welcome: 10 % off to start', 'welcome') } },
    { key: 'headphone-care', content: { default: content('New pads for your headphones', 'care') } },
  ],
  rules: [
    { key: 'greet', slot: 'lead', when: { trait: 'firstName', exists: true }, offer: 'welcome' },
    { key: 'care', slot: 'lead', when: { segment: 'headphone-buyers' }, offer: 'headphone-care', tier: 10 },
  ],
}
/** Writes to nobody but customers of that first name, whomever else the shop has. */
const shopFor = (firstName: string) => ({
  use: 'vendure',
  channel: 'commerce',
  phase: 'live',
  settings: { baseUrl, apiKey },
  contact: { key: 'email', create: 'never' },
  scope: { trait: 'firstName', is: firstName },
  consent: { none: true, because: 'the customers here are made up for this test' },
  map: {
    firstName: { field: 'firstName', owner: 'tool' },
    'segment.headphone-buyers': { group: 'Headphone buyers' },
    'placement.shop-banner.headline': 'leitsternHeadline',
    'placement.shop-banner.url': 'leitsternUrl',
    'placement.shop-banner.offer': 'leitsternOffer',
    'placement.shop-banner.decisionId': 'leitsternDecision',
  },
})
const clock = {
  get now() {
    return Date.now()
  },
}
const headers = { authorization: 'Bearer test-admin', 'content-type': 'application/json' }

/** A whole hub with its HTTP API and the real connector `shop`, which may write to customers of that first name. */
export const hubBesideVendure = async (firstName: string) => {
  const box = await hubInABox({ clock, hub: { loopback: true }, registry, connectors: { shop: shopFor(firstName) } })
  const log = { info: () => {}, error: console.error }
  const api = await serve(openDoors(box.flow.operations, { log, now: Date.now }), { host: '127.0.0.1', port: 0 })

  /** Throws on every answer that is no good one. */
  const ask = async (method: 'GET' | 'POST' | 'DELETE', path: string, json?: unknown): Promise<unknown> => {
    const body = json === undefined ? null : JSON.stringify(json)
    const response = await fetch(`${api.url}/v1${path}`, { method, headers, body })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
  const close = async () => {
    await api.close(1_000)
    await box.close()
  }
  return { ask, settle: box.flow.settle, close }
}
