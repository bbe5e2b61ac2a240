import { afterEach, describe, expect, it } from 'vitest'
import type { Connector } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { type PaperTool, paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry, withdrawal } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())
const admin = { name: 'admin' }
const clock = { now: 0 }

const open = async (given: Partial<Connector> = {}, more: Record<string, unknown> = {}, registry = {}) => {
  clock.now = Date.parse('2026-11-21T12:00:00Z')
  const mail = paperTool(() => clock.now)
  mail.connector = { ...mail.connector, ...given }
  box = await hubInABox({
    clock,
    papers: { mail },
    registry: { ...shopRegistry, ...registry },
    connectors: { mail: connectorOf('mail', more) },
  })
  return mail
}
const buyer = async (name: string) => {
  await box.say(identify(name, { email: `${name}@x.test` }), order(name, `of ${name}`, 1, '2026-11-20T10:00:00Z'))
  await box.flow.settle()
}
const later = async () => {
  clock.now += 60_000
  await box.flow.settle()
}

describe('what a map tells a tool beside the decision', () => {
  const map = {
    controlled: 'CTRL',
    'consent.marketing': 'MAY',
    'placement.mail-hero.headline': 'HEAD',
  }
  it('whether the hub holds the contact, so that campaigns of its own leave them out, until it is given back', async () => {
    const mail = await open({}, { map })
    mail.put('ada@x.test', { HEAD: 'Theirs' })
    await buyer('ada')
    expect(mail.holds('ada@x.test')).toEqual({ HEAD: 'Care', CTRL: true, MAY: true })
    await box.flow.operations.setPhase('mail', 'observe', admin)
    await later()
    expect(mail.holds('ada@x.test')).toEqual({ HEAD: 'Theirs' })
  })

  it('as a membership, too; and nobody is held without the consent that the tool needs', async () => {
    const mail = await open({}, { map: { ...map, controlled: { tag: 'By the hub' } } })
    await buyer('ada')
    expect(mail.cards.get('ada@x.test')?.memberships).toEqual(new Set(['tag/By the hub']))
    clock.now += 1_000
    await box.say(withdrawal('ada', new Date(clock.now).toISOString()))
    await later()
    expect(mail.cards.get('ada@x.test')).toMatchObject({ fields: {}, memberships: new Set() })
  })

  it('whether consent stands, to a tool that needs none itself', async () => {
    const mail = await open({}, { map, consent: { none: true, because: 'a page shows what it shows to all' } })
    await buyer('ada')
    clock.now += 1_000
    await box.say(withdrawal('ada', new Date(clock.now).toISOString()))
    await later()
    expect(mail.holds('ada@x.test')).toMatchObject({ CTRL: true, MAY: false })
  })

  it('which entry of its own content it should show', async () => {
    const entry = { type: 'entry', required: true }
    const placements = [
      { ...shopRegistry.placements[0], fields: { post: entry }, fallback: { 'en-GB': { post: '1' } } },
    ]
    const content = { default: { 'en-GB': { post: '4711' } } }
    const offers = shopRegistry.offers.map((offer) => ({ ...offer, content }))
    const mail = await open({}, { map: { 'placement.mail-hero.post': 'POST' } }, { placements, offers })
    await buyer('ada')
    expect(mail.holds('ada@x.test')).toEqual({ POST: '4711' })
  })
})

describe('what goes on in a tool beside the hub', () => {
  const rule = { id: 'a1', kind: 'automation', active: true, audience: 'lapsed', changedAt: null }
  const observedRules = async () => [
    { ...rule, name: 'Win-back mails', says: null },
    { ...rule, id: 'a2', name: 'Birthday', says: 'Happy birthday' },
  ]
  const shows = (mail: PaperTool, name: string, value: string) => mail.put(`${name}@x.test`, { OLD: value })

  it('its rules, which offers of ours they name, and to how many it shows another one than was decided', async () => {
    const mail = await open({ observedRules }, { phase: 'observe' })
    for (const [name, value] of [
      ['ada', 'BACK'],
      ['bob', 'BACK'],
      ['cleo', 'CARE'],
      ['dan', ''],
      ['eve', 'something else'],
    ] as const) {
      shows(mail, name, value)
      await buyer(name)
    }
    await box.flow.operations.pull('mail')
    expect(await box.flow.operations.observedRules('mail')).toEqual({
      rules: [
        expect.objectContaining({ name: 'Win-back mails', names: ['win-back'] }),
        expect.objectContaining({ name: 'Birthday', names: [] }),
      ],
      contradictions: [{ placement: 'mail-hero', slot: 'lead', shows: 'win-back', customers: 2 }],
    })
  })

  it('content by its title', async () => {
    const entries = [
      { id: '1', title: 'Care', kind: 'post', locale: null, url: null, updatedAt: '2026-11-20T10:00:00Z' },
    ]
    await open({ content: async (_, search, limit) => (search === 'Ca' && limit === 5 ? entries : []) })
    expect(await box.flow.operations.content('mail', { search: 'Ca', limit: 5 })).toEqual({ entries })
  })

  it('is denied with the reason where the tool does not tell, cannot be asked, or is off', async () => {
    await open({
      content: () => Promise.reject(new ConnectorError('auth', 'reading content: answered 401')),
    })
    const ask = () => box.flow.operations.content('mail', { search: '', limit: 5 })
    expect(await ask()).toEqual({ denied: 'reading content: answered 401' })
    expect(await box.flow.operations.observedRules('mail')).toEqual({
      denied: 'paper does not tell of rules of its own',
    })
    await box.flow.operations.setPhase('mail', 'off', admin)
    expect(await ask()).toEqual({ denied: 'mail is off' })
  })
})
