import type { Browser, BrowserContext, Page } from 'playwright-core'
import { z } from 'zod'
import { buildClient } from './built-client.ts'
import { eventually } from './hub-at.ts'
import { servedBox } from './served-box.ts'
import { webSite } from './web-site.ts'
import * as wire from './wire.ts'

const content = (headline: string, url: string) => ({ 'en-GB': { headline, url } })
const registry = {
  slots: [{ key: 'lead-offer' }],
  placements: [
    {
      key: 'site-hero',
      channel: 'wcm',
      slot: 'lead-offer',
      fields: { headline: { type: 'text' }, url: { type: 'url' } },
      fallback: content('New in', '/new'),
    },
  ],
  offers: [
    { key: 'welcome', content: { default: content('Welcome to the shop', '/welcome') } },
    { key: 'gold-club', content: { default: content('For the gold club', '/gold') } },
  ],
  rules: [
    { key: 'greet', slot: 'lead-offer', when: { not: { trait: 'plan', is: 'silver' } }, offer: 'welcome' },
    { key: 'gold', slot: 'lead-offer', when: { trait: 'plan', is: 'gold' }, offer: 'gold-club', tier: 10 },
  ],
}
const clock = {
  get now() {
    return Date.now()
  },
}
const publicKey = z.object({ key: z.string(), signingSecret: z.string() })
const explained = z.object({ offer: z.string().nullable(), decision: z.object({ id: z.string() }) })

export const hero = `<div data-leitstern-placement="site-hero">
  <h1 data-leitstern-field="headline">The page's own words</h1>
  <a data-leitstern-field="url" href="/own"><span>Have a look</span></a>
</div>`
/** The usual page. The hub may take its time: what is too long, one test says. */
export const patient = 'data-patience="3000"'
/** The strictest policy: a request that is not made for reading its answer does not tell its origin then. */
const referrer = '<meta name="referrer" content="no-referrer">'
const pageOf = (script: string, body: string) => `<!doctype html>
<html lang="en-GB"><head><title>Shop</title>${referrer}${script}</head><body>${body}</body></html>`

/** A hub, and a site on another origin whose pages carry the browser client. */
export const shopWindow = async (browser: Browser) => {
  buildClient()
  const hub = await servedBox({ registry, clock })
  let page = (_: string): string | undefined => undefined
  const site = await webSite((path) => page(path))
  const wish = { name: 'page', scopes: ['ingest', 'decide'], origins: [site.origin] }
  const { key, signingSecret } = await hub.read('/v1/keys', publicKey, { json: wish })
  const contexts: BrowserContext[] = []

  /** A visitor with an empty browser before the page `/`; `prepare` runs before anything is loaded. */
  const visit = async (attributes = patient, body = hero, prepare = async (_: Page): Promise<unknown> => undefined) => {
    const script = `<script src="${hub.url}/sdk/leitstern.js" data-key="${key}" ${attributes}></script>`
    page = (path) => (path === '/' ? pageOf(script, body) : pageOf('', `You are at ${path}`))
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 800, height: 600 } })
    contexts.push(context)
    const tab = await context.newPage()
    await prepare(tab)
    await tab.goto(`${site.origin}/`)
    return tab
  }
  const visitorIn = (tab: Page) => tab.evaluate("localStorage.getItem('leitstern.anonymousId')")
  /** The hub's profile of whoever sits before this browser. */
  const profileOf = async (tab: Page) => {
    const visitor = z.string().parse(await visitorIn(tab))
    return eventually(() => hub.customer(`anonymousId:${visitor}`))
  }
  /** What they have done under this name, oldest first. */
  const events = async (profile: string, event: string) => {
    const { entries } = await hub.read(`/v1/profiles/${profile}/timeline`, wire.timeline)
    return entries.filter((entry) => entry.event === event).reverse()
  }
  const explain = (profile: string) => hub.read(`/v1/profiles/${profile}/explain?slot=lead-offer`, explained)
  const close = async (): Promise<void> => {
    for (const context of contexts) await context.close()
    site.close()
    await hub.close()
  }
  return { hub, site, signingSecret, visit, visitorIn, profileOf, events, explain, close }
}
export type ShopWindow = Awaited<ReturnType<typeof shopWindow>>
