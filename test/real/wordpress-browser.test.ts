import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser } from '../support/browser.ts'
import { buildClient } from '../support/built-client.ts'
import { hubBesideWordPress } from './wordpress-hub.ts'
import * as site from './wordpress-site.ts'
import { signedInTab } from './wordpress-tab.ts'

const opened = site.needsWordPress === '' ? await openBrowser() : { browser: null, missing: site.needsWordPress }
const words = '<strong data-leitstern-field="headline">Own words</strong>'
const shortcode = `[leitstern placement="home-hero"]${words}[/leitstern]`
const block = `<!-- wp:leitstern/placement {"placement":"home-hero"} -->
<!-- wp:paragraph --><p>Own words</p><!-- /wp:paragraph -->
<!-- /wp:leitstern/placement -->`

describe.skipIf(opened.browser === null)(`WordPress in a browser${opened.missing}`, { timeout: 60_000 }, () => {
  let beside: Awaited<ReturnType<typeof hubBesideWordPress>>
  beforeAll(async () => {
    buildClient()
    await site.installCompanion()
    beside = await hubBesideWordPress()
    site.php(`return update_option( 'leitstern_settings', $given['settings'] );`, { settings: beside.settings })
  })
  afterAll(async () => {
    await opened.browser?.close()
    await site.deleteCompanion()
    await beside.hub.close()
  })

  it('the browser client fills the placements of who is not signed in', async () => {
    const { id, address } = await site.publish('Client', shortcode)
    const tab = await opened.browser?.newPage({ locale: 'en-GB' })
    await tab?.goto(address)
    await expect
      .poll(() => tab?.locator('strong').first().textContent())
      .toBe('Welcome <b>to</b> the shop & its "club"')
    await site.rest(`/wp/v2/pages/${id}?force=true`, { method: 'DELETE' })
  })

  it('the editor knows the block, and keeps what stands in it', async () => {
    if (opened.browser === null) throw new Error('there is no browser')
    const { id } = await site.publish('Editor', block)
    const tab = await signedInTab(opened.browser, site.madeId(await site.rest('/wp/v2/users/me')))
    await tab.goto(`${site.url}/wp-admin/post.php?post=${id}&action=edit`)
    await tab.waitForFunction("window.wp?.data?.select('core/block-editor')?.getBlocks().length > 0")
    const blocks = await tab.evaluate(
      "wp.data.select('core/block-editor').getBlocks().map(({ name, isValid, attributes }) => [name, isValid, attributes.placement])",
    )
    expect(blocks).toEqual([['leitstern/placement', true, 'home-hero']])
    const saved = await tab.evaluate("wp.data.select('core/editor').getEditedPostContent()")
    expect(String(saved).replace(/\s+/g, '')).toBe(block.replace(/\s+/g, ''))
    await site.rest(`/wp/v2/pages/${id}?force=true`, { method: 'DELETE' })
  })
})
