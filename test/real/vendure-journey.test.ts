import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { customerIn, register } from './vendure-customer.ts'
import { hubBesideVendure } from './vendure-hub.ts'
import { apiKey, baseUrl, needsVendure } from './vendure-server.ts'
import { shopAt, stockedShop } from './vendure-shop.ts'

const run = randomUUID().slice(0, 8)
const ada = { firstName: `Ada ${run}`, email: `ada.${run}@example.test`, headline: "The shop's own words" }
const untouched = {
  groups: [],
  fields: { leitsternHeadline: ada.headline, leitsternUrl: null, leitsternOffer: null, leitsternDecision: null },
}
const vendure = shopAt(baseUrl, apiKey)
let hub: Awaited<ReturnType<typeof hubBesideVendure>>
let id = ''
let order = ''

const report = z.object({ present: z.array(z.string()), created: z.array(z.string()), manual: z.array(z.string()) })
const pull = async () => {
  await hub.ask('POST', '/connectors/shop/pull')
  await hub.settle()
}
const go = async (phase: string) => {
  await hub.ask('POST', '/connectors/shop/phase', { phase })
  await hub.settle()
}
const answer = z.object({
  profileId: z.string(),
  decisions: z.tuple([
    z.object({
      offer: z.string(),
      decisionId: z.string(),
      content: z.object({ headline: z.string(), url: z.string() }),
    }),
  ]),
})
/** The hub's answer for Ada, from `decide` and `explain` alike, as Vendure should hold it. */
const decided = async () => {
  const question = { profile: { email: ada.email }, placements: ['shop-banner'] }
  const { profileId, decisions } = answer.parse(await hub.ask('POST', '/decide', question))
  const [{ offer, decisionId, content }] = decisions
  const explained = await hub.ask('GET', `/profiles/${profileId}/explain?slot=lead`)
  expect(explained).toMatchObject({ offer, decision: { id: decisionId, offer } })
  const { headline, url } = content
  const fields = {
    leitsternHeadline: headline,
    leitsternUrl: url,
    leitsternOffer: offer,
    leitsternDecision: decisionId,
  }
  return { profileId, fields }
}

/** One story: each test goes on where the one before it ended. */
describe.skipIf(needsVendure !== '')(`the hub beside Vendure itself${needsVendure}`, { timeout: 60_000 }, () => {
  beforeAll(async () => {
    hub = await hubBesideVendure(ada.firstName)
  })
  afterAll(() => hub.close())

  it('setup: finds the fields that it asks a person for, and makes the group', async () => {
    await hub.ask('POST', '/connectors/shop/check')
    const { manual, present, created } = report.parse(await hub.ask('POST', '/connectors/shop/setup'))
    expect(manual, 'what Vendure lacks').toEqual([])
    const fields = Object.keys(untouched.fields).map((name) => `field ${name}`)
    expect([...present, ...created].sort()).toEqual([...fields, 'group Headphone buyers'].sort())
  })

  it('a customer without orders is welcomed, and the decision is on the customer in Vendure', async () => {
    id = await register(vendure, ada)
    expect(await customerIn(vendure, id)).toEqual(untouched)
    await pull()
    const { fields } = await decided()
    expect(fields).toMatchObject({ leitsternOffer: 'welcome', leitsternHeadline: 'Welcome: 10 % off to start' })
    expect(await customerIn(vendure, id)).toEqual({ groups: [], fields })
  })

  it('an order in Vendure changes the decision, and the new one is on the customer in Vendure', async () => {
    const welcome = await decided()
    const shop = await stockedShop(vendure)
    order = (await shop.fill(id)).id
    await shop.pay(order)
    await pull()
    const care = await decided()
    expect(care.fields).toMatchObject({
      leitsternOffer: 'headphone-care',
      leitsternHeadline: 'New pads for your headphones',
    })
    expect(care.fields.leitsternDecision).not.toBe(welcome.fields.leitsternDecision)
    expect(await customerIn(vendure, id)).toEqual({ groups: ['Headphone buyers'], fields: care.fields })
    const profile = await hub.ask('GET', `/profiles/${care.profileId}`)
    expect(profile).toMatchObject({ computed: { orders: 1, revenue: 258 }, segments: ['headphone-buyers'] })
  })

  it("the hub's own writing says nothing new when it is pulled, and nothing is written again", async () => {
    const { profileId } = await decided()
    const known = async () => [
      await hub.ask('GET', `/profiles/${profileId}/timeline`),
      await hub.ask('GET', '/connectors/shop/deliveries'),
    ]
    const before = await known()
    await pull()
    expect(await known()).toEqual(before)
  })

  it('going back to observe gives Vendure back what it held before', async () => {
    await go('observe')
    expect(await customerIn(vendure, id)).toEqual(untouched)
  })

  it('whoever is erased in the hub is gone from Vendure', async () => {
    await go('live')
    const { profileId, fields } = await decided()
    expect(await customerIn(vendure, id)).toMatchObject({ fields })
    expect(await hub.ask('DELETE', `/profiles/${profileId}`)).toEqual({ erased: true, connectors: ['shop'] })
    await hub.settle()
    expect(await customerIn(vendure, id)).toBeNull()
  })

  it('an order that is cancelled later brings nobody back, though Vendure goes on naming its customer', async () => {
    const shop = await stockedShop(vendure)
    await shop.cancel(order)
    expect(await vendure(`{ order(id: "${order}") { customer { emailAddress } } }`)).toMatchObject({
      order: { customer: { emailAddress: ada.email } },
    })
    await pull()
    expect(await hub.ask('GET', `/profiles?identifier=email:${ada.email}`)).toMatchObject({ profiles: [] })
  })
})
