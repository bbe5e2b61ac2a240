import { createHmac } from 'node:crypto'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { eventually } from '../support/hub-at.ts'
import { hero, patient, type ShopWindow, shopWindow } from '../support/shop-window.ts'
import * as wire from '../support/wire.ts'

const { browser, missing } = await openBrowser()
const headline = (tab: Page) => tab.locator('h1').textContent()
const isReady = (tab: Page) => tab.locator('h1').waitFor({ state: 'visible' })
/** Keeps what a visitor could read in the headline in each picture that was painted. */
const watchHeadline = (tab: Page) =>
  tab.addInitScript(`window.read = []
    const look = () => {
      const element = document.querySelector('h1')
      if (element && getComputedStyle(element).visibility === 'visible') read.push(element.textContent)
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)`)
const withPrivacyControl = (tab: Page) =>
  tab.addInitScript("Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true })")
/** The addresses that the page asks the hub for. */
const asked = (tab: Page): readonly string[] => {
  const paths: string[] = []
  tab.on('request', (request) => paths.push(`${request.method()} ${new URL(request.url()).pathname}`))
  return paths
}
const own = "The page's own words"
const kept = (tab: Page) => tab.evaluate('[Object.keys(localStorage), document.cookie]')
const nothing = [[], '']

describe.skipIf(browser === null)(`a page with the browser client${missing}`, { timeout: 60_000 }, () => {
  let shop: ShopWindow
  beforeAll(async () => {
    if (browser !== null) shop = await shopWindow(browser)
  })
  afterAll(async () => {
    await shop.close()
    await browser?.close()
  })

  it('shows the offer that explain names, and never showed anything else', async () => {
    const tab = await shop.visit(patient, hero, watchHeadline)
    await isReady(tab)
    expect(await headline(tab)).toBe('Welcome to the shop')
    expect(await tab.locator('a').getAttribute('href')).toBe('/welcome')
    await tab.waitForFunction('read.length > 2')
    expect(await tab.evaluate('[...new Set(read)]')).toEqual(['Welcome to the shop'])
    const { id } = await shop.profileOf(tab)
    expect(await shop.explain(id)).toMatchObject({ offer: 'welcome' })
  })

  it('reports once what was seen, and the click that leads away from the page', async () => {
    const tab = await shop.visit()
    const { id } = await shop.profileOf(tab)
    // Of a visitor of whom nothing was said yet no decision is stored.
    await tab.reload()
    await isReady(tab)
    const { decision } = await shop.explain(id)
    const properties = { offer: 'welcome', placement: 'site-hero', decisionId: decision.id }
    const seen = async () =>
      (await shop.events(id, 'Promotion Viewed')).filter((entry) => entry.properties.decisionId === decision.id)
    await eventually(async () => expect(await seen()).toMatchObject([{ source: 'page', properties }]))

    await tab.click('a')
    await tab.waitForURL('**/welcome')
    const url = `${shop.site.origin}/welcome`
    await eventually(async () =>
      expect(await shop.events(id, 'Promotion Clicked')).toMatchObject([{ properties: { ...properties, url } }]),
    )
    expect(await seen()).toHaveLength(1)
    expect(await shop.events(id, 'Page Viewed')).toHaveLength(2)
  })

  it('reports an offer below the fold only when it has come into view', async () => {
    const tab = await shop.visit(patient, `<p style="height: 3000px">Long</p>${hero}<h2>End</h2>`)
    await isReady(tab)
    const { id } = await shop.profileOf(tab)
    await tab.evaluate("leitstern.track('Read')")
    await eventually(async () => expect(await shop.events(id, 'Read')).toHaveLength(1))
    expect(await shop.events(id, 'Promotion Viewed')).toEqual([])
    await tab.locator('h2').scrollIntoViewIfNeeded()
    await eventually(async () => expect(await shop.events(id, 'Promotion Viewed')).toHaveLength(1))
  })

  it('fills what is added to the page later', async () => {
    const tab = await shop.visit(patient, '<main></main>')
    await tab.evaluate(`document.querySelector('main').innerHTML = ${JSON.stringify(hero)}`)
    await expect.poll(() => headline(tab)).toBe('Welcome to the shop')
  })

  it("keeps the page's own words for a placement that the hub does not know, and fills the others", async () => {
    const unknown = '<p data-leitstern-placement="nowhere"><b data-leitstern-field="headline">Own</b></p>'
    const tab = await shop.visit(patient, unknown + hero)
    await isReady(tab)
    expect([await tab.locator('b').textContent(), await headline(tab)]).toEqual(['Own', 'Welcome to the shop'])
  })

  it('shows a user what is theirs once the site has vouched for them, and a visitor again after reset', async () => {
    await shop.hub.box.say({ type: 'identify', userId: 'ada', traits: { plan: 'gold' } })
    const tab = await shop.visit()
    const expires = Math.floor(Date.now() / 1000) + 3600
    const signature = createHmac('sha256', shop.signingSecret).update(`${expires}.ada`).digest('hex')
    await tab.evaluate(`leitstern.identify('ada', {}, ${JSON.stringify({ expires, signature })})`)
    const offer = () => tab.evaluate("leitstern.decide(['site-hero']).then(([decision]) => decision.offer)")
    await eventually(async () => expect(await offer()).toBe('gold-club'))
    await tab.evaluate('leitstern.reset()')
    expect(await offer()).toBe('welcome')
  })

  it('asks nothing, says nothing and keeps nothing under Global Privacy Control', async () => {
    let paths: readonly string[] = []
    const tab = await shop.visit(patient, hero, async (fresh) => {
      paths = asked(fresh)
      await withPrivacyControl(fresh)
    })
    expect(await headline(tab)).toBe(own)
    expect(await tab.locator('h1').isVisible()).toBe(true)
    await tab.evaluate("leitstern.consent({ personalization: true }); leitstern.track('Read')")
    expect(await tab.evaluate('leitstern.decide()')).toEqual([])
    expect(await kept(tab)).toEqual(nothing)
    await tab.goto('about:blank')
    expect(paths.filter((path) => path.includes('/v1/'))).toEqual([])
  })

  it('waits for a consent that is required, begins with it, and forgets the visitor when it is withdrawn', async () => {
    let paths: readonly string[] = []
    const tab = await shop.visit(`${patient} data-consent="required"`, hero, async (fresh) => {
      paths = asked(fresh)
    })
    await tab.evaluate("leitstern.track('Read')")
    await tab.evaluate('leitstern.consent({ marketing: false })')
    expect(await headline(tab)).toBe(own)
    expect(await kept(tab)).toEqual(nothing)
    expect(paths.filter((path) => path.includes('/v1/'))).toEqual([])

    await tab.evaluate('leitstern.consent({ marketing: true })')
    await expect.poll(() => headline(tab)).toBe('Welcome to the shop')
    const { id } = await shop.profileOf(tab)
    const agreed = async () => (await shop.hub.read(`/v1/profiles/${id}`, wire.profile)).consents.marketing
    await eventually(async () => expect(await agreed()).toBe(true))

    await tab.evaluate('leitstern.consent({ marketing: false })')
    expect(await kept(tab)).toEqual(nothing)
    await eventually(async () => expect(await agreed()).toBe(false))
    expect(await shop.events(id, 'Read')).toEqual([])
  })

  const away: readonly (readonly [string, (tab: Page) => Promise<unknown>])[] = [
    ['cannot be reached', (tab) => tab.route('**/v1/**', (route) => route.abort())],
    ['never answers', (tab) => tab.route('**/v1/**', () => undefined)],
    ['answers nonsense', (tab) => tab.route('**/v1/decide', (route) => route.fulfill({ body: '<html>' }))],
  ]
  it.each(away)("shows the page's own words while the hub %s", async (_, prepare) => {
    const tab = await shop.visit('data-patience="200"', hero, prepare)
    await isReady(tab)
    expect(await headline(tab)).toBe(own)
  })

  it("keeps the page's own words when the hub answers too late: somebody is reading them", async () => {
    let release = (): void => undefined
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    const hold = (fresh: Page) => fresh.route('**/v1/decide', (route) => released.then(() => route.continue()))
    const tab = await shop.visit('data-patience="100"', hero, hold)
    await isReady(tab)
    const answered = tab.waitForEvent('requestfinished', (request) => request.url().endsWith('/v1/decide'))
    release()
    await answered
    expect(await tab.evaluate("leitstern.decide(['none'])")).toEqual([])
    expect(await headline(tab)).toBe(own)
  })

  it('sends what was said while the hub was away when it is back', async () => {
    const tab = await shop.visit(patient, hero, (fresh) => fresh.route('**/v1/b', (route) => route.abort()))
    await tab.evaluate("leitstern.track('Read')")
    await tab.waitForEvent('requestfailed')
    await tab.unroute('**/v1/b')
    const { id } = await shop.profileOf(tab)
    await eventually(async () => expect(await shop.events(id, 'Read')).toHaveLength(1))
  })

  it('takes content as text, and links only where they lead to a page', async () => {
    const content = { headline: '<img src=x onerror="window.hurt = true">', url: ' javascript:window.hurt=true' }
    const decision = { placement: 'site-hero', slot: 'lead-offer', offer: 'x', variant: 'x', content, decisionId: null }
    const json = { revision: 'x', decisions: [decision] }
    const headers = { 'access-control-allow-origin': '*' }
    const tab = await shop.visit(patient, hero, (fresh) =>
      fresh.route('**/v1/decide', (route) => route.fulfill({ json, headers })),
    )
    await isReady(tab)
    expect(await headline(tab)).toBe(content.headline)
    expect(await tab.locator('a').getAttribute('href')).toBeNull()
    expect(await tab.evaluate('window.hurt')).toBeUndefined()
  })

  it('works without storage, as a visitor who is new on each page', async () => {
    const tab = await shop.visit(patient, hero, (fresh) =>
      fresh.addInitScript(`const refuse = { get: () => { throw new Error('refused') } }
        Object.defineProperty(window, 'localStorage', refuse)
        Object.defineProperty(Document.prototype, 'cookie', refuse)`),
    )
    await isReady(tab)
    expect(await headline(tab)).toBe('Welcome to the shop')
  })
})
