import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ask } from '../support/ask.ts'
import { first } from '../support/hub-at.ts'
import { promised } from '../support/promised.ts'
import { type RunningHub, runningHub, shippedConfig, temporaryFolder } from '../support/running-hub.ts'
import { toolContacts } from '../support/tool.ts'
import * as wire from '../support/wire.ts'

/** The shipped config, its four tools in small and its sample customers, as `npm start` runs them; one hub for all tests. */
const folder = temporaryFolder()
let hub: RunningHub
beforeAll(async () => {
  hub = await runningHub(join(shippedConfig, 'hub.yaml'), folder.path)
  await hub.ready()
}, 180_000)
afterAll(async () => {
  await hub.close()
  folder.remove()
}, 60_000)

const textIn = (...path: readonly string[]) => readFileSync(join(shippedConfig, ...path), 'utf8')
const seedOf = (tool: string) =>
  z.object({ contacts: toolContacts }).parse(JSON.parse(textIn('sandbox', `${tool}.json`))).contacts
const byEmail = (a: { email: string }, b: { email: string }) => (a.email < b.email ? -1 : 1)

describe('the start', () => {
  it('prints where to look, the admin key, and a table of the channels before and now', () => {
    expect(hub.printed[0]).toContain(hub.url)
    expect(hub.printed).toContain(`admin key of the first start: ${hub.key}`)
    expect(statSync(join(folder.path, 'admin.key')).mode & 0o777).toBe(0o600)
    const head = hub.printed.findIndex((line) => line.startsWith('channel '))
    const rows = hub.printed.slice(head, head + 5).map((line) => line.split(/ {2,}/))
    expect(rows[0]).toEqual(
      expect.arrayContaining(['channel', 'phase', 'customers', 'decisions', 'coherent before', 'now']),
    )
    const [before, now] = [Number(rows[0]?.indexOf('coherent before')), Number(rows[0]?.indexOf('now'))]
    const percent = expect.stringMatching(/^\d+ %$/)
    expect(rows.slice(1).map(([name, , phase]) => [name, phase])).toEqual([
      ['email', 'live'],
      ['wcm', 'live'],
      ['commerce', 'shadow'],
      ['crm', 'observe'],
    ])
    for (const row of rows.slice(1)) expect([row[before], row[now]]).toEqual([percent, percent])
    expect(rows.slice(1, 3).map((row) => row[now])).toEqual(['100 %', '100 %'])
  })

  it('has four tools in small, two of them live, one in shadow, one observed', async () => {
    const all = await hub.connectors()
    expect(all.map(({ id, channel: kind, phase }) => [id, kind, phase])).toEqual([
      ['mail', 'email', 'live'],
      ['site', 'wcm', 'live'],
      ['shop', 'commerce', 'shadow'],
      ['crm', 'crm', 'observe'],
    ])
    expect(all.map(({ health, pending, deadLetters }) => [health, pending, deadLetters])).toEqual(
      all.map(() => ['ok', 0, 0]),
    )
    for (const { sandbox } of all) {
      const { status, text } = await ask(sandbox?.url ?? '')
      expect([status, text]).toEqual([200, expect.stringContaining('sandbox')])
    }
  })

  it('answers every request without a key, or with a wrong one, by 401, operations apart', async () => {
    for (const path of ['/v1/profiles', '/v1/connectors', '/v1/reports/coherence', '/v1/registry', '/v1/keys'])
      expect([(await ask(`${hub.url}${path}`)).status, (await hub.ask(path, { key: 'guessed' })).status]).toEqual([
        401, 401,
      ])
    for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json'])
      expect((await ask(`${hub.url}${path}`)).status).toBe(200)
  })
})

describe('what the hub has done', () => {
  it('coherence: no slot is worse than before, and the live channels agree', async () => {
    const { slots, channels } = await hub.coherence()
    expect(slots.map(({ slot }) => slot)).toEqual(['lead-offer', 'service-hint'])
    for (const { before, now, live } of slots) {
      expect(now.share).toBeGreaterThanOrEqual(before.share)
      expect([live.share, live.contradictory]).toEqual([1, 0])
      for (const each of [before, now, live])
        expect(each.share).toBeCloseTo(each.customers === 0 ? 1 : each.agree / each.customers)
    }
    const shape = z.object({
      disagreements: z.array(
        z.object({
          slot: z.string(),
          shown: z.array(z.object({ connector: z.string(), offer: z.string().nullable() })),
        }),
      ),
      next: z.string().nullable(),
    })
    const pageFrom = async (cursor: string) =>
      shape.parse((await hub.ask(`/v1/reports/disagreements?limit=7&cursor=${cursor}`)).body)
    const all = []
    for (let cursor: string | null = '0'; cursor !== null; ) {
      const page = await pageFrom(cursor)
      all.push(...page.disagreements)
      cursor = page.next
    }
    for (const { slot, now } of slots) expect(all.filter((one) => one.slot === slot)).toHaveLength(now.contradictory)
    for (const { shown } of all) expect(new Set(shown.map(({ offer }) => offer)).size).toBeGreaterThan(1)
    const lead = first(slots)
    expect(lead.live.customers).toBeGreaterThan(100)
    expect(lead.now.share).toBeGreaterThan(lead.before.share)
    for (const { phase, inScope, agreed, pending } of channels) {
      expect(pending).toBe(0)
      if (phase === 'live') expect(agreed).toBe(inScope)
      else expect(agreed).toBeLessThan(inScope)
    }
  })

  it('shadow and observe: nothing was written, and what would have been stands beside what the shop holds', async () => {
    for (const id of ['shop', 'crm'])
      expect(await (await hub.tool(id)).contacts(), id).toEqual(seedOf(id).sort(byEmail))
    const entry = z.object({ contact: z.string(), would: z.looseObject({}), holds: z.looseObject({}).nullable() })
    const { entries } = await hub.read('/v1/connectors/shop/shadow', z.object({ entries: z.array(entry) }))
    expect(entries).toHaveLength(100)
    expect(first(entries).would).toMatchObject({ leitsternOffer: expect.any(String) })
    expect(first(entries).holds).toMatchObject({ leitsternOffer: null, oldPromo: expect.any(String) })
  })

  it('a customer: found by every identifier, with timeline, decisions, reasons and what each tool holds', async () => {
    const inShop = new Set((await (await hub.tool('shop')).contacts()).map((contact) => contact.email))
    const email = first((await hub.shown('speaker-trial')).filter((address) => inShop.has(address)))
    const found = await hub.customer(`email: ${email.toUpperCase()}`)
    expect(found.traits.email).toBe(email)
    for (const { type, value } of found.identifiers)
      expect((await hub.customer(`${type}:${value}`)).id, type).toBe(found.id)
    const path = `/v1/profiles/${found.id}`
    expect(await hub.read(path, wire.profile)).toEqual(found)
    expect(found.segments).toContain('speaker-fans')
    expect(Object.keys(found.traits)).toEqual(Object.keys(found.traits).sort())

    const { entries } = await hub.read(`${path}/timeline?limit=1000`, wire.timeline)
    const times = entries.map(({ timestamp }) => timestamp)
    expect(times).toEqual([...times].sort().reverse())
    const orders = entries.filter(({ event }) => event === 'Order Completed')
    expect(new Set(orders.map(({ properties }) => properties.order_id)).size).toBe(found.computed.orders)
    expect(new Set(orders.map(({ source }) => source))).toEqual(new Set(['samples', 'shop']))

    const reasons = z.object({ slot: z.string(), offer: z.string().nullable(), reason: z.object({ rule: z.string() }) })
    const explained = await hub.read(`${path}/explain?slot=lead-offer`, reasons)
    expect(explained).toMatchObject({ offer: 'speaker-trial', reason: { rule: 'speaker-trial' } })
    const decisions = z.object({
      decisions: z.array(z.object({ id: z.string(), slot: z.string(), offer: z.string() })),
    })
    const { decisions: made } = await hub.read(`${path}/decisions`, decisions)
    const { channels } = await hub.read(`${path}/channels`, wire.channels)
    const mail = channels.find(({ connector }) => connector === 'mail')
    expect(made.map(({ id }) => id)).toContain(mail?.desired?.LSDEC)
    expect(mail).toMatchObject({ acknowledged: mail?.desired, pending: false })
    const everything = await hub.read(`${path}/export`, z.record(z.string(), z.unknown()))
    expect(everything).toMatchObject({ profile: found, timeline: expect.any(Array), decisions: expect.any(Array) })
  })

  it('profiles: a list in pages; an unknown identifier finds nobody, a broken one is told so', async () => {
    const page = await hub.read('/v1/profiles?limit=2', wire.profiles)
    const { profiles: after } = await hub.read(`/v1/profiles?limit=1000&cursor=${page.next}`, wire.profiles)
    const { profiles: all } = await hub.read('/v1/profiles?limit=1000', wire.profiles)
    expect([...page.profiles, ...after].map(({ id }) => id)).toEqual(all.map(({ id }) => id))
    expect(await hub.named('email:nobody@example.test')).toEqual([])
    expect((await hub.ask('/v1/profiles?identifier=nobody')).status).toBe(400)
    expect((await hub.ask('/v1/profiles?limit=1001')).status).toBe(422)
    expect((await hub.ask('/v1/profiles/nobody')).status).toBe(404)
  })
})

describe('deciding', () => {
  it('a known customer gets one answer in all placements of a slot, the one that the live tools show', async () => {
    const email = first(await hub.shown('headphone-care'))
    const { decisions } = await hub.decide({ profile: { email }, locale: 'de-DE' })
    const lead = decisions.filter(({ slot }) => slot === 'lead-offer')
    expect(lead.map(({ placement }) => placement)).toEqual(['mail-hero', 'site-hero', 'shop-banner', 'crm-hint'])
    expect(new Set(lead.map(({ offer }) => offer))).toEqual(new Set(['headphone-care']))
    expect(new Set(lead.map(({ decisionId }) => decisionId)).size).toBe(1)
    const mail = await (await hub.tool('mail')).contact(email)
    expect(mail?.fields.LSDEC).toBe(lead[0]?.decisionId)
    const site = await hub.tool('site')
    expect(await site.page(email)).toContain(String((await site.contact(email))?.fields.leitstern_headline))
  })

  it.each([
    ['de-DE', '/de/pflege', 'Pflegeset'],
    ['en-GB', '/en/care', 'care kit'],
  ])('a known customer in %s reads %s', async (locale, url, hint) => {
    const email = first(await hub.shown('headphone-care'))
    const placements = ['mail-hero', 'crm-hint']
    const { decisions } = await hub.decide({ profile: { email }, placements, locale })
    expect(decisions.map(({ placement }) => placement)).toEqual(placements)
    expect(decisions[0]?.content.url).toContain(url)
    expect(decisions[1]?.content.headline).toContain(hint)
  })

  it('a visitor whom nobody has seen is welcomed, and no profile is made of it', async () => {
    const visitor = { anonymousId: 'a-browser-without-a-past' }
    const { decisions, revision } = await hub.decide({ profile: visitor, placements: ['site-hero', 'site-service'] })
    expect(decisions).toMatchObject([
      { offer: 'welcome', variant: 'welcome', reason: { rule: 'welcome' } },
      { offer: null, variant: 'fallback', decisionId: null, content: { headline: 'Fragen? Wir helfen gern' } },
    ])
    expect(revision).toBe((await hub.read('/v1/registry', wire.registry)).revision)
    expect(await hub.named('anonymousId:a-browser-without-a-past')).toEqual([])
  })

  it.each([
    ['an unknown placement', { profile: { userId: 'x' }, placements: ['mail-hero', 'nowhere'] }, 404],
    ['nobody', { profile: {} }, 422],
    ['something misspelt', { profil: { userId: 'x' } }, 422],
  ])('a question about %s is a problem', async (_, json, status) => {
    const answer = await hub.ask('/v1/decide', { json })
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
    expect([answer.status, wire.problem.parse(answer.body).status]).toEqual([status, status])
  })
})

describe('operations', () => {
  it('openapi.json lists what is there; of the interface nothing is missing without saying so', async () => {
    const document = z.object({ openapi: z.string(), paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    const { openapi, paths } = await hub.read('/openapi.json', document)
    expect(openapi).toMatch(/^3\.1/)
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const statusOf = async (route: string) => {
      const [method = '', path = ''] = route.split(' ')
      return (await ask(`${hub.url}${path.replaceAll(/[{}]/g, '')}`, { method })).status
    }
    // Ingest may find its key in a body, and a hook asks for none, but for a connector that there is.
    const there = listed.filter((route) => !route.includes('/v1/hooks/'))
    for (const route of there) expect([200, 400, 401], route).toContain(await statusOf(route))
    // What a parameter is called is nobody's business; pages for people need no description.
    const nameless = (route: string) => route.replaceAll(/{.*?}/g, '{}')
    const described = new Set(listed.map(nameless))
    for (const route of promised.filter((one) => !described.has(nameless(one))))
      expect([200, 501], route).toContain(await statusOf(route))
  })

  it('metrics are what Prometheus reads', async () => {
    const { headers, text } = await ask(`${hub.url}/metrics`)
    expect(headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    for (const line of text.split('\n').filter((one) => one !== '' && !one.startsWith('#')))
      expect(line).toMatch(/^[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[\d.e+-]+$/)
    const samples = textIn('sandbox', 'customers.ndjson').trim().split('\n').length
    const total = Number(/^leitstern_messages_total (\d+)$/m.exec(text)?.[1])
    expect(total).toBeGreaterThan(samples)
    expect(text).toContain('leitstern_contacts_pending{connector="mail"} 0')
  })

  it('a webhook with a bad signature is refused and changes nothing', async () => {
    const email = first(await hub.shown('speaker-trial'))
    const raw = `type=unsubscribe&data[email]=${encodeURIComponent(email)}`
    const headers = { 'x-mailchimp-signature': `t=${Math.floor(Date.now() / 1000)},v1=${'ab'.repeat(32)}` }
    expect((await ask(`${hub.url}/v1/hooks/mail`, { raw, headers })).status).toBe(401)
    expect((await hub.customer(`email:${email}`)).consents.email_marketing).toBe(true)
    expect((await ask(`${hub.url}/v1/hooks/nowhere`, { raw })).status).toBe(404)
  })
})
