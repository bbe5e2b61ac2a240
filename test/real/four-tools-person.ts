import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { before } from './four-tools-rules.ts'
import * as ghost from './ghost-site.ts'
import * as tryton from './tryton-server.ts'
import { customerIn, register } from './vendure-customer.ts'
import { apiKey, baseUrl } from './vendure-server.ts'
import { shopAt } from './vendure-shop.ts'
import * as wordpress from './wordpress-site.ts'

export const shop = shopAt(baseUrl, apiKey)
const run = randomUUID().slice(0, 8)
export const nameOf = (name: string) => `${name} ${run}`

const account = z.object({
  meta: z.object({
    leitstern_headline: z.string(),
    leitstern_url: z.string(),
    leitstern_offer: z.string(),
    leitstern_decision: z.string(),
  }),
})
const shownBy = (answer: { readonly body: unknown }) => {
  const { leitstern_headline, leitstern_url, leitstern_offer, leitstern_decision } = account.parse(answer.body).meta
  return { headline: leitstern_headline, url: leitstern_url, offer: leitstern_offer, decision: leitstern_decision }
}
const valued = (fields: Readonly<Record<string, unknown>> | undefined, name: string) => fields?.[name] ?? ''
const shopperIn = async (id: string) => {
  const found = await customerIn(shop, id)
  return {
    headline: valued(found?.fields, 'leitsternHeadline'),
    url: valued(found?.fields, 'leitsternUrl'),
    offer: valued(found?.fields, 'leitsternOffer'),
    decision: valued(found?.fields, 'leitsternDecision'),
    groups: found?.groups ?? [],
  }
}

/** Somebody whom all four tools know already, each by itself, and each says something of its own to. */
export const personIn = async (name: string) => {
  const email = `${name.toLowerCase()}.${run}@example.test`
  const json = { email, username: `${name}-${run}`, password: randomUUID(), roles: ['subscriber'] }
  const site = wordpress.madeId(await wordpress.rest('/wp/v2/users', { json }))
  const edit = async (meta: Readonly<Record<string, string>>) =>
    shownBy(await wordpress.rest(`/wp/v2/users/${site}`, { json: { meta } }))
  await edit({ leitstern_headline: before.site })
  const customer = await register(shop, { firstName: nameOf(name), email, headline: before.shop })
  const member = await ghost.signUp(email, 'Met at the fair', ['Fair', 'Newcomers'])
  const party = await tryton.makeParty(nameOf(name), email, before.crm)
  return {
    email,
    identifier: `email:${email}`,
    /** The id in each tool. */
    ids: { site, customer, member, party },
    /** What each tool holds now, read past the hub. */
    held: async () => ({
      site: shownBy(await wordpress.rest(`/wp/v2/users/${site}?context=edit`)),
      shop: await shopperIn(customer),
      news: await ghost.memberIn(member),
      crm: await tryton.partyIn(party),
    }),
    /** What somebody at the screen of WordPress does, and what the site holds then. */
    edit,
    remove: async () => {
      await wordpress.rest(`/wp/v2/users/${site}?force=true&reassign=1`, { method: 'DELETE' })
      await shop(`mutation { deleteCustomer(id: "${customer}") { result } }`)
      await ghost.removeMember(member)
      await tryton.removeParty(party)
    },
  }
}
export type Person = Awaited<ReturnType<typeof personIn>>
/** What each tool held before the hub wrote anything. */
export const untouched = {
  site: { headline: before.site, url: '', offer: '', decision: '' },
  shop: { headline: before.shop, url: '', offer: '', decision: '', groups: [] },
  news: { note: 'Met at the fair', labels: ['Fair', 'Newcomers'] },
  crm: { other: before.crm, categories: [] },
}
