import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { eventually, first } from '../support/hub-at.ts'
import { type RunningHub, runningHub, temporaryFolder } from '../support/running-hub.ts'
import { smallShop } from '../support/small-shop.ts'
import * as wire from '../support/wire.ts'

/** The demo with fewer customers, and what people and customers do in its tools; one hub for all tests. */
const folder = temporaryFolder()
let hub: RunningHub
const config = smallShop(join(folder.path, 'config'), 40)
const start = async () => {
  hub = await runningHub(config, join(folder.path, 'data'))
  await hub.ready()
}
beforeAll(start, 120_000)
afterAll(async () => {
  await hub.close()
  folder.remove()
}, 60_000)

const channel = async (id: string) =>
  first((await hub.coherence()).channels.filter(({ connector }) => connector === id))
const setPhase = (id: string, phase: string) => hub.ask(`/v1/connectors/${id}/phase`, { json: { phase } })

describe('what happens then', { timeout: 60_000 }, () => {
  it('what a person changes in an observed tool moves its number in the coherence report', async () => {
    const crm = await hub.tool('crm')
    const { agreed } = await channel('crm')
    const fans = await hub.shown('speaker-trial')
    const unaided = (await (await hub.tool('site')).contacts())
      .filter(({ email, fields }) => fans.includes(email) && fields.leitstern_service_offer === undefined)
      .map(({ email }) => email)
    const { email } = first(
      (await crm.contacts()).filter(({ email, fields }) => unaided.includes(email) && fields.old_promo !== 'SPEAKERS'),
    )
    await crm.edit({ email, fields: { old_promo: 'SPEAKERS', old_service: 'NONE' } })
    expect((await hub.pull('crm')).status).toBe(200)
    expect((await channel('crm')).agreed).toBe(agreed + 1)
  })

  it('what a person changes on a field of the hub in a live tool is put right', async () => {
    const mail = await hub.tool('mail')
    const before = first((await mail.contacts()).filter(({ fields }) => fields.LSOFFER !== undefined))
    await mail.edit({ ...before, fields: { LSHEAD: 'Written by hand' } })
    await hub.pull('mail')
    await eventually(async () => expect(await mail.contact(before.email)).toEqual(before))
  })

  it('an order in the shop changes the decision, and the live tools show the new one', async () => {
    const email = first(await hub.shown('welcome'))
    const shop = await hub.tool('shop')
    const line = { sku: 'SP-100', name: 'Kiesel portable speaker', category: 'speakers', price: 79.9, quantity: 2 }
    await shop.order({ email, code: 'JOURNEY-1', at: new Date().toISOString(), lines: [line] })
    expect((await hub.pull('shop')).status).toBe(200)
    const { decisions } = await hub.decide({ profile: { email }, placements: ['mail-hero', 'site-hero'] })
    expect(decisions.map(({ offer }) => offer)).toEqual(['speaker-trial', 'speaker-trial'])
    expect((await hub.customer(`email:${email}`)).computed).toMatchObject({ orders: 1, revenue: 159.8 })
    const [mail, site] = [await hub.tool('mail'), await hub.tool('site')]
    await eventually(async () => {
      const inMail = (await mail.contact(email))?.fields
      const inSite = (await site.contact(email))?.fields
      expect([inMail?.LSDEC, inSite?.leitstern_decision]).toEqual(decisions.map(({ decisionId }) => decisionId))
      expect([inMail?.LSOFFER, inSite?.leitstern_offer]).toEqual(['speaker-trial', 'speaker-trial'])
    })
  })

  it('who unsubscribes in the mail tool has nothing of the hub there any more, and all of it in the others', async () => {
    const mail = await hub.tool('mail')
    const fans = await hub.shown('headphone-care')
    const tagged = (await mail.contacts()).filter(({ email, memberships }) => {
      return fans.includes(email) && memberships.includes('tag/Headphone fans')
    })
    const { email, memberships, fields } = first(tagged)
    await mail.edit({ email, memberships, consent: false })
    await hub.pull('mail')
    expect((await hub.customer(`email:${email}`)).consents.email_marketing).toBe(false)
    await eventually(async () => {
      const after = await mail.contact(email)
      expect(after).toMatchObject({ fields: { OLDPROMO: fields.OLDPROMO }, memberships: [], consent: false })
      expect(Object.keys(after?.fields ?? {}).filter((name) => name.startsWith('LS'))).toEqual([])
    })
    expect((await (await hub.tool('site')).contact(email))?.fields.leitstern_offer).toBe('headphone-care')
  })

  it('a key that may only ingest takes what a Segment client sends, and nothing else', async () => {
    const created = z.object({ key: z.string(), id: z.string() })
    const { key } = await hub.read('/v1/keys', created, { json: { name: 'web', scopes: ['ingest'] } })
    const email = 'ada@example.test'
    const consent = { categoryPreferences: { email_marketing: true, personalization: true } }
    const json = { userId: 'ada', traits: { email, firstName: 'Ada', locale: 'en-GB' }, context: { consent } }
    const basic = { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }
    const answer = await hub.ask('/v1/identify', { json, headers: basic })
    expect(wire.ingested.parse(answer.body)).toEqual({ success: true, accepted: 1, refused: [] })
    expect((await hub.customer('userId:ada')).provenance).toMatchObject({ traits: { firstName: { source: 'web' } } })
    const mail = await hub.tool('mail')
    await eventually(async () => expect((await mail.contact(email))?.fields.LSHEAD).toMatch(/^Ada, welcome/))

    const elsewhere = ['/v1/profiles', '/v1/connectors', '/v1/registry', '/v1/reports/coherence', '/v1/keys']
    for (const path of elsewhere) expect((await hub.ask(path, { key })).status, path).toBe(403)
    const question = await hub.ask('/v1/decide', { key, json: { profile: { userId: 'ada' } } })
    expect([question.status, wire.problem.parse(question.body).status]).toEqual([403, 403])
  })

  it('a phase up writes to the tool, and the way back gives back what it held before', async () => {
    const shop = await hub.tool('shop')
    const before = await shop.contacts()
    const isOurs = ({ fields }: { fields: object }) => 'leitsternHeadline' in fields
    expect(before.filter(isOurs)).toEqual([])
    expect((await setPhase('shop', 'live')).body).toEqual({ phase: 'live' })
    await eventually(async () => expect(await channel('shop')).toMatchObject({ phase: 'live', pending: 0 }))
    const { inScope, agreed } = await channel('shop')
    expect(agreed).toBe(inScope)
    expect((await shop.contacts()).filter(isOurs).length).toBe(inScope)
    const { slots } = await hub.coherence()
    expect(slots.map(({ live }) => live.share)).toEqual([1, 1])

    expect((await setPhase('shop', 'shadow')).body).toEqual({ phase: 'retiring' })
    await eventually(async () => expect((await channel('shop')).phase).toBe('shadow'))
    expect(await shop.contacts()).toEqual(before)
    const moves = z.object({ phases: z.array(z.object({ connector: z.string(), phase: z.string(), by: z.string() })) })
    const { phases } = await hub.read('/v1/reports/phases', moves)
    expect(phases.map(({ phase, by }) => [phase, by])).toEqual([
      ['shadow', 'hub'],
      ['retiring', 'admin'],
      ['live', 'admin'],
    ])
  })

  it('who is erased is gone: from the hub, and from every tool that was sent them', async () => {
    const email = first(await hub.shown('member-preview'))
    const { id } = await hub.customer(`email:${email}`)
    const erased = z.object({ erased: z.literal(true), connectors: z.array(z.string()) })
    const answer = await hub.read(`/v1/profiles/${id}`, erased, { method: 'DELETE' })
    // The shop was live for a while: it was told of the person, and owes the erasure for its next writing phase.
    expect([...answer.connectors].sort()).toEqual(['mail', 'shop', 'site'])
    for (const rest of ['', '/timeline', '/decisions', '/channels', '/export'])
      expect((await hub.ask(`/v1/profiles/${id}${rest}`)).status, rest).toBe(404)
    expect(await hub.named(`email:${email}`)).toEqual([])
    const live = [await hub.tool('mail'), await hub.tool('site')]
    await eventually(async () => {
      for (const tool of live) expect(await tool.contact(email)).toBeUndefined()
    })
  })

  it('no channel counts more customers than its tool has', async () => {
    for (const { id } of await hub.connectors()) {
      await hub.pull(id)
      const has = (await (await hub.tool(id)).contacts()).length
      expect((await channel(id)).inScope, id).toBeLessThanOrEqual(has)
    }
  })

  it('a second start knows everything of the first, and writes nothing twice', async () => {
    const count = z.object({ connector: z.string(), outcome: z.string(), count: z.int() })
    const look = async () => ({
      tools: await Promise.all(['mail', 'site'].map(async (id) => (await hub.tool(id)).contacts())),
      deliveries: await hub.read('/v1/reports/deliveries', z.object({ deliveries: z.array(count) })),
      profiles: (await hub.read('/v1/profiles?limit=1000', wire.profiles)).profiles,
      slots: (await hub.coherence()).slots,
    })
    for (const { id } of await hub.connectors()) await hub.pull(id)
    const before = await look()
    const { key } = hub
    await hub.close()
    await start()
    expect(hub.key).toBe(key)
    expect(hub.printed.filter((line) => line.includes(key))).toEqual([])
    expect(await look()).toEqual(before)
  })
})
