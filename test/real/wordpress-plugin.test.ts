import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ask } from '../support/ask.ts'
import { eventually } from '../support/hub-at.ts'
import { hubBesideWordPress } from './wordpress-hub.ts'
import * as site from './wordpress-site.ts'

const run = randomUUID().slice(0, 8)
const ada = { email: `ada.${run}@example.test`, first_name: 'Ada' }
const shortcode = (placement: string) =>
  `[leitstern placement="${placement}" fields="headline"]<em>Own words of ${placement}</em>[/leitstern]`
const block = `<!-- wp:leitstern/placement {"placement":"home-hero"} --><p>Inside the block</p><!-- /wp:leitstern/placement -->`
const report = z.object({ present: z.array(z.string()), created: z.array(z.string()), manual: z.array(z.string()) })

let beside: Awaited<ReturnType<typeof hubBesideWordPress>>
let admin = 0
let customer = 0
const pages = { shortcode: { id: 0, address: '' }, block: { id: 0, address: '' }, footer: { id: 0, address: '' } }

const seenBy = async (id: number | null, address: string, headers: Readonly<Record<string, string>> = {}) =>
  (await ask(address, { headers: { ...(id !== null && { cookie: site.cookiesOf(id) }), ...headers } })).text
/** What a placement of the page holds. */
const placementIn = (html: string): string => /<div class="leitstern".*?<\/div>/s.exec(html)?.[0] ?? ''
const decided = async (placement: string) => {
  const { decisions } = await beside.hub.decide({ profile: { email: ada.email }, placements: [placement] })
  return decisions[0]
}
const traits = async () => (await beside.hub.customer(`email:${ada.email}`)).traits
/** No answer stands any more, and the hub is asked again. */
const forgetAnswers = () =>
  site.php(`global $wpdb; $wpdb->query( "delete from $wpdb->options where option_name like '%transient%leitstern%'" );
    wp_cache_flush(); return true;`)
const settle = (settings: Readonly<Record<string, string>>) => {
  site.php(`return update_option( 'leitstern_settings', $given['settings'] );`, { settings })
  forgetAnswers()
}
const away = { hub: 'http://127.0.0.1:9' }

const settingsPage = () => `${site.url}/wp-admin/options-general.php?page=leitstern`
const nonceIn = (html: string): string => /name="_wpnonce" value="(\w+)"/.exec(html)?.[1] ?? ''
const sendForm = (nonce: string) => {
  const form = new URLSearchParams({ option_page: 'leitstern', action: 'update', _wpnonce: nonce })
  for (const [name, value] of Object.entries(beside.settings)) form.set(`leitstern_settings[${name}]`, value)
  const headers = { cookie: site.cookiesOf(admin), 'content-type': 'application/x-www-form-urlencoded' }
  return ask(`${site.url}/wp-admin/options.php`, { headers, raw: form.toString() })
}

/** One story: each test goes on where the one before it ended. */
describe.skipIf(site.needsWordPress !== '')(
  `the companion plugin in WordPress itself${site.needsWordPress}`,
  {
    timeout: 60_000,
  },
  () => {
    beforeAll(async () => {
      await site.deleteCompanion()
      await site.installCompanion()
      beside = await hubBesideWordPress()
      admin = site.madeId(await site.rest('/wp/v2/users/me'))
      const account = { ...ada, username: `ada-${run}`, password: randomUUID(), roles: ['subscriber'] }
      customer = site.madeId(await site.rest('/wp/v2/users', { json: account }))
      pages.shortcode = await site.publish(`Shortcode ${run}`, shortcode('home-hero'))
      pages.block = await site.publish(`Block ${run}`, block)
      pages.footer = await site.publish(`Footer ${run}`, shortcode('footer'))
    })
    afterAll(async () => {
      for (const { id } of Object.values(pages)) await site.rest(`/wp/v2/pages/${id}?force=true`, { method: 'DELETE' })
      await site.rest(`/wp/v2/users/${customer}?force=true&reassign=${admin}`, { method: 'DELETE' })
      await beside.hub.close()
    })

    it('settings: are for administrators, taken with a nonce only, and never show a secret again', async () => {
      expect(await seenBy(customer, settingsPage())).toContain('not allowed')
      const form = await seenBy(admin, settingsPage())
      expect(form).toContain('Address of the hub')
      expect((await sendForm('0123456789')).status).toBe(403)
      expect(site.php(`return get_option( 'leitstern_settings' );`)).toEqual([])
      await sendForm(nonceIn(form))
      expect(site.php(`return get_option( 'leitstern_settings' );`)).toEqual(beside.settings)
      const filled = await seenBy(admin, settingsPage())
      expect(filled).toContain(beside.settings.public_key)
      for (const secret of [beside.settings.webhook_secret, beside.settings.server_key])
        expect(filled).not.toContain(secret)
    })

    it("fields: the hub's setup registers them, and REST shows and keeps them", async () => {
      const setUp = () => beside.hub.read('/v1/connectors/site/setup', report, { json: {} })
      const names = ['leitstern_headline', 'leitstern_orders', 'leitstern_plan', 'leitstern_url']
      expect(await setUp()).toEqual({ created: expect.any(Array), present: expect.any(Array), manual: [] })
      const again = await setUp()
      expect(again.present.filter((name) => name.includes('leitstern')).sort()).toEqual(
        names.map((name) => `field ${name}`),
      )
      const values = { leitstern_headline: 'x', leitstern_orders: [3], leitstern_url: 'https://shop.example/x' }
      const { body } = await site.rest(`/wp/v2/users/${customer}`, { json: { meta: values } })
      expect(body).toMatchObject({ meta: values })
    })

    it('fields: none that WordPress keeps rights or sessions in, and none by anybody else', async () => {
      for (const name of ['wp_capabilities', 'session_tokens', '_leitstern_waiting', 'a b']) {
        const json = { fields: [{ name, label: name, type: 'string', single: true }] }
        expect((await site.rest('/leitstern/v1/fields', { json })).status).toBe(400)
      }
      const headers = { 'content-type': 'application/json' }
      const asStranger = await ask(`${site.url}/wp-json/leitstern/v1/fields`, { headers, json: { fields: [] } })
      expect(asStranger.status).toBe(401)
    })

    it('webhooks: the hub hears of a change at once, by a signature that it accepts', async () => {
      await site.rest(`/wp/v2/users/${customer}`, {
        json: { first_name: 'Augusta', meta: { leitstern_plan: 'bronze' } },
      })
      await eventually(async () => expect(await traits()).toMatchObject({ firstName: 'Augusta', plan: 'bronze' }))
      expect(site.php(`return get_users( [ 'meta_key' => '_leitstern_waiting' ] );`)).toEqual([])
    })

    it('webhooks: nothing is said of who works on the site', async () => {
      site.php(
        `wp_update_user( [ 'ID' => $given['admin'], 'first_name' => 'Root' ] );
      return Leitstern\\shown_user( $given['admin'] );`,
        { admin },
      )
      const waiting = site.php(`return metadata_exists( 'user', $given['admin'], '_leitstern_waiting' );`, { admin })
      expect([waiting, await beside.hub.named('email:hubadmin@example.test')]).toEqual([false, []])
    })

    it('placements: shortcode and block show what decide answers, as text', async () => {
      for (const { address } of [pages.shortcode, pages.block]) {
        forgetAnswers()
        const html = placementIn(await seenBy(customer, address))
        const answer = await decided('home-hero')
        expect(answer?.offer).toBe('welcome')
        expect(html).toContain(`data-leitstern-decision="${answer?.decisionId}"`)
        expect(html).toContain('>Welcome &lt;b&gt;to&lt;/b&gt; the shop &amp; its &quot;club&quot;</span>')
        expect(html).toContain(`href="${answer?.content.url}"`)
      }
    })

    it('placements: an answer stands for a while, but not once a field of the customer has changed', async () => {
      const identify = { userId: run, traits: { ...ada, plan: 'gold' }, context: { traits: { email: ada.email } } }
      expect((await beside.hub.ask('/v1/identify', { json: identify })).status).toBe(200)
      await eventually(async () => expect((await decided('home-hero'))?.offer).toBe('gold-club'))
      expect(placementIn(await seenBy(customer, pages.shortcode.address))).toContain('Welcome &lt;b&gt;')
      await site.rest(`/wp/v2/users/${customer}`, { json: { meta: { leitstern_plan: 'gold' } } })
      expect(placementIn(await seenBy(customer, pages.shortcode.address))).toContain('For the gold club')
    })

    it('fields: a live hub writes its decision into them, learns nothing from its own writing, and gives back', async () => {
      const go = async (phase: string) => {
        await beside.hub.ask('/v1/connectors/site/phase', { json: { phase } })
        await beside.hub.box.flow.settle()
      }
      const held = async () => (await site.rest(`/wp/v2/users/${customer}?context=edit`)).body
      const deliveries = async () => (await beside.hub.ask('/v1/connectors/site/deliveries')).text
      await go('live')
      const { headline, url } = (await decided('home-hero'))?.content ?? {}
      expect(await held()).toMatchObject({ meta: { leitstern_headline: headline, leitstern_url: url } })
      const before = await deliveries()
      await beside.hub.box.flow.settle()
      expect(await deliveries()).toBe(before)
      await go('observe')
      expect(await held()).toMatchObject({ meta: { leitstern_headline: 'x', leitstern_url: 'https://shop.example/x' } })
    })

    it('placements: without a sign-in, and for who wants no tracking, the own words stand there', async () => {
      const stranger = await seenBy(null, pages.shortcode.address)
      expect(placementIn(stranger)).toContain('data-leitstern-placement="home-hero"')
      expect(placementIn(stranger)).toContain('Own words of home-hero')
      expect(stranger).toContain(`data-key="${beside.settings.public_key}"`)
      forgetAnswers()
      const objecting = placementIn(await seenBy(customer, pages.shortcode.address, { 'sec-gpc': '1' }))
      expect(objecting).toContain('Own words of home-hero')
    })

    it("placements: while the hub is away its last fallback stands there, or else the page's own words", async () => {
      expect(placementIn(await seenBy(customer, pages.footer.address))).toContain('The hub&#039;s fallback')
      settle({ ...beside.settings, ...away })
      expect(placementIn(await seenBy(customer, pages.footer.address))).toContain('The hub&#039;s fallback')
      expect(placementIn(await seenBy(customer, pages.shortcode.address))).toContain('Own words of home-hero')
      expect(placementIn(await seenBy(customer, pages.block.address))).toContain('Inside the block')
      expect(site.php(`return get_transient( 'leitstern_away' );`)).toBe('1')
    })

    it('webhooks: what changed while the hub was away is told when it is back', async () => {
      await site.rest(`/wp/v2/users/${customer}`, { json: { first_name: 'Ada again' } })
      expect(await traits()).toMatchObject({ firstName: 'Augusta' })
      settle(beside.settings)
      await eventually(async () => {
        await ask(`${site.url}/wp-cron.php`)
        expect(await traits()).toMatchObject({ firstName: 'Ada again' })
      })
      expect(site.php(`return wp_next_scheduled( 'leitstern_deliver' );`)).toBe(false)
    })

    it('deleting the plugin leaves nothing of it behind, and the fields as they are', async () => {
      await seenBy(customer, pages.shortcode.address)
      await site.deleteCompanion()
      const left = site.php(
        `global $wpdb; return [
      $wpdb->get_col( "select option_name from $wpdb->options where option_name like '%leitstern%'" ),
      $wpdb->get_col( "select meta_key from $wpdb->usermeta where meta_key like '%leitstern_waiting%'" ),
      get_user_meta( $given['customer'], 'leitstern_plan', true ) ];`,
        { customer },
      )
      expect(left).toEqual([[], [], 'gold'])
    })
  },
)
