import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { servedBox } from '../support/served-box.ts'
import { password, url, user } from './wordpress-site.ts'

const content = (headline: string, page: string) => ({ 'en-GB': { headline, url: `https://shop.example/${page}` } })
const fields = { headline: { type: 'text' }, url: { type: 'url' } }
const registry = {
  slots: [{ key: 'lead' }, { key: 'quiet' }],
  placements: [
    { key: 'home-hero', channel: 'wcm', connector: 'site', slot: 'lead', fields, fallback: content('New in', 'new') },
    { key: 'footer', channel: 'wcm', slot: 'quiet', fields, fallback: content("The hub's fallback", 'quiet') },
  ],
  offers: [
    { key: 'welcome', content: { default: content('Welcome <b>to</b> the shop & its "club"', 'welcome') } },
    { key: 'gold-club', content: { default: content('For the gold club', 'gold') } },
  ],
  rules: [
    { key: 'greet', slot: 'lead', when: { not: { trait: 'plan', is: 'silver' } }, offer: 'welcome' },
    { key: 'gold', slot: 'lead', when: { trait: 'plan', is: 'gold' }, offer: 'gold-club', tier: 10 },
  ],
}
const clock = {
  get now() {
    return Date.now()
  },
}
const key = z.object({ key: z.string() })

/** A hub that observes the site as its connector `site`, and what the site has to know of it. */
export const hubBesideWordPress = async () => {
  const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`
  const site = {
    use: 'wordpress',
    channel: 'wcm',
    phase: 'observe',
    settings: { url, user, password, webhookSecret },
    contact: { key: 'email', create: 'never' },
    // Writes to nobody but the customer that the tests make, whomever else the site has.
    scope: { trait: 'plan', exists: true },
    consent: { none: true, because: 'the customers here are made up for this test' },
    map: {
      firstName: { field: 'first_name', owner: 'tool' },
      plan: { field: 'leitstern_plan', owner: 'tool' },
      orders: 'leitstern_orders',
      'placement.home-hero.headline': 'leitstern_headline',
      'placement.home-hero.url': 'leitstern_url',
    },
  }
  const hub = await servedBox({ clock, hub: { loopback: true }, registry, connectors: { site } })
  const keyFor = async (wish: object) => (await hub.read('/v1/keys', key, { json: wish })).key
  const settings = {
    hub: hub.url,
    connector: 'site',
    webhook_secret: webhookSecret,
    server_key: await keyFor({ name: 'wordpress', scopes: ['decide'] }),
    public_key: await keyFor({ name: 'page', scopes: ['ingest', 'decide'], origins: [new URL(url).origin] }),
  }
  return { hub, settings }
}
