import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openBrowser } from '../support/browser.ts'
import { eventually, first } from '../support/hub-at.ts'
import { hubBesideFourTools, tools } from './four-tools-hub.ts'
import { nameOf, type Person, personIn, shop, untouched } from './four-tools-person.ts'
import * as ghost from './ghost-site.ts'
import * as tryton from './tryton-server.ts'
import { needsVendure } from './vendure-server.ts'
import { stockedShop } from './vendure-shop.ts'
import * as wordpress from './wordpress-site.ts'
import { signedInTab } from './wordpress-tab.ts'

const needs = [wordpress.needsWordPress, needsVendure, ghost.needsGhost, tryton.needsTryton].join('')
const opened = needs === '' ? await openBrowser() : { browser: null, missing: needs }
/** The longest that a withdrawal may take, from one tool to all of them. */
const aMinute = 60_000
/** What else the hub does takes as long as it takes: four tools on one machine slow each other down. */
const patience = 120_000
const shortcode = '[leitstern placement="site-hero"]The own words of the page[/leitstern]'
const setup = z.object({ present: z.array(z.string()), created: z.array(z.string()), manual: z.array(z.string()) })
const deliveries = z.object({ deliveries: z.array(z.unknown()) })
const explanation = z.object({ offer: z.string().nullable(), decision: z.looseObject({ id: z.string() }).nullable() })

let hub: Awaited<ReturnType<typeof hubBesideFourTools>>
let ada: Person
let bob: Person
let page = { id: 0, address: '' }
let tab: Page

const everywhere = <T>(path: string, shape: z.ZodType<T>, json: object) =>
  Promise.all(tools.map((tool) => hub.read(`/v1/connectors/${tool}/${path}`, shape, { json })))
const phases = async () => (await hub.connectors()).map(({ phase }) => phase)
const explained = async ({ identifier }: Person) => {
  const { id } = await hub.customer(identifier)
  return hub.read(`/v1/profiles/${id}/explain?slot=lead`, explanation)
}
/** What the four tools must hold by the hub's own account of somebody who is in this segment. */
const promised = async (person: Person, segment: string) => {
  const { offer, decision } = await explained(person)
  const question = { profile: { email: person.email }, placements: ['site-hero'] }
  const { headline, url } = first((await hub.decide(question)).decisions).content
  const shown = { headline, url, offer, decision: decision?.id }
  const note = `Met at the fair\n\n--- leitstern ---\nheadline: "${headline}"\noffer: "${offer}"\n--- end of leitstern ---`
  const isBuyer = segment === 'Headphone buyers'
  return {
    site: shown,
    shop: { ...shown, groups: isBuyer ? [segment] : [] },
    news: { note, labels: ['Fair', segment] },
    crm: { other: headline, categories: [segment] },
  }
}
const allShow = (person: Person, offer: string, segment: string) =>
  eventually(async () => {
    expect((await explained(person)).offer).toBe(offer)
    expect(await person.held()).toEqual(await promised(person, segment))
  }, patience)
/** What somebody who is signed in to the site sees on the page, and which decision it stands for. */
const onPage = async () => {
  await tab.goto(page.address)
  const placement = tab.locator('.leitstern')
  const text = (await placement.textContent())?.trim()
  return { text, decision: await placement.getAttribute('data-leitstern-decision') }
}
const pageShows = (text: string) =>
  eventually(async () => {
    const { decision } = await explained(ada)
    expect(await onPage()).toEqual({ text, decision: decision?.id })
  }, patience)

/** One story: each test goes on where the one before it ended. Nobody asks the hub to do anything but to change phase. */
describe.skipIf(opened.browser === null)(`four tools at once${opened.missing}`, { timeout: 300_000 }, () => {
  beforeAll(async () => {
    if (opened.browser === null) throw new Error('there is no browser')
    await wordpress.deleteCompanion()
    await wordpress.installCompanion()
    hub = await hubBesideFourTools([nameOf('Ada'), nameOf('Bob')])
    const reports = await everywhere('setup', setup, {})
    expect(reports.flatMap(({ manual }) => manual).filter((line) => !line.startsWith('webhook'))).toEqual([])
    ada = await personIn('Ada')
    bob = await personIn('Bob')
    page = await wordpress.publish('Four tools', shortcode)
    tab = await signedInTab(opened.browser, ada.ids.site)
  }, patience)
  afterAll(async () => {
    await opened.browser?.close()
    await hub.close()
    await wordpress.rest(`/wp/v2/pages/${page.id}?force=true`, { method: 'DELETE' })
    for (const person of [ada, bob]) await person.remove()
    await wordpress.deleteCompanion()
  }, patience)

  it('a hub that observes knows both from all of them, measures what they say, and writes nothing', async () => {
    await eventually(async () => {
      expect((await hub.customer(bob.identifier)).consents).toEqual({ marketing: true })
      const { slots, channels } = await hub.coherence()
      expect(slots).toMatchObject([{ slot: 'lead', before: { customers: 2, agree: 0, contradictory: 2 } }])
      expect(channels.map(({ inScope }) => inScope)).toEqual([2, 2, 2, 2])
    }, patience)
    expect([await ada.held(), await bob.held()]).toEqual([untouched, untouched])
  })

  it('live: all four say what the hub has decided, and say the same', async () => {
    await everywhere('phase', z.looseObject({}), { phase: 'live' })
    await Promise.all([ada, bob].map((person) => allShow(person, 'welcome', 'Newcomers')))
    await pageShows('Welcome: 10 % off to start')
    const { slots } = await hub.coherence()
    expect(slots).toMatchObject([{ before: { agree: 0 }, live: { customers: 2, agree: 2, contradictory: 0 } }])
  })

  it('an order in the shop changes the segment, and with it what all four and the page in the browser say', async () => {
    const { fill, pay } = await stockedShop(shop)
    for (const { ids } of [ada, bob]) await pay((await fill(ids.customer)).id)
    await Promise.all([ada, bob].map((person) => allShow(person, 'headphone-care', 'Headphone buyers')))
    await pageShows('New pads for your headphones')
    expect((await hub.customer(ada.identifier)).segments).toEqual(['headphone-buyers'])
  })

  it('what somebody changes by hand in a tool is found, and put right', async () => {
    const written = async () => {
      const listed = await Promise.all(tools.map((tool) => hub.read(`/v1/connectors/${tool}/deliveries`, deliveries)))
      return listed.map((of) => of.deliveries.length)
    }
    const [site = 0, shop = 0, news = 0, crm = 0] = await written()
    expect((await bob.edit({ leitstern_headline: 'By hand' })).headline).toBe('By hand')
    await tryton.takeOut(bob.ids.party, 'Headphone buyers')
    await eventually(async () => expect(await written()).toEqual([site + 1, shop, news, crm + 1]), patience)
    await allShow(bob, 'headphone-care', 'Headphone buyers')
  })

  it('who opts out in one of them hears nothing more from any within a minute, and others do', async () => {
    await ghost.unsubscribe(ada.ids.member)
    await eventually(async () => {
      expect(await ada.held()).toEqual({
        site: { headline: '', url: '', offer: '', decision: '' },
        shop: { headline: '', url: '', offer: '', decision: '', groups: [] },
        news: { note: 'Met at the fair', labels: ['Fair'] },
        crm: { other: null, categories: [] },
      })
      expect(await onPage()).toEqual({ text: 'New in', decision: '' })
    }, aMinute)
    expect(await explained(ada)).toMatchObject({ offer: null })
    await allShow(bob, 'headphone-care', 'Headphone buyers')
  })

  it('back to observe: each tool holds what it held before the hub came', async () => {
    await everywhere('phase', z.looseObject({}), { phase: 'observe' })
    await eventually(async () => {
      expect(await bob.held()).toEqual(untouched)
      expect(await phases()).toEqual(['observe', 'observe', 'observe', 'observe'])
    }, patience)
  })
})
