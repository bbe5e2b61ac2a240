import type { Browser, Page } from 'playwright-core'
import { cookiesOf, url } from './wordpress-site.ts'

/** A tab of a browser in which somebody is signed in to the site. */
export const signedInTab = async (browser: Browser, id: number): Promise<Page> => {
  const context = await browser.newContext({ locale: 'en-GB' })
  const cookies = cookiesOf(id).split('; ')
  await context.addCookies(
    cookies.map((cookie) => {
      const [name = '', value = ''] = cookie.split('=', 2)
      return { name, value, url: `${url}/wp-admin` }
    }),
  )
  return context.newPage()
}
