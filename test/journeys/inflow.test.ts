import { afterEach, describe, expect, it } from 'vitest'
import type { ContactRecord } from '../../core/contract/record.ts'
import { type Box, hubInABox } from '../support/hub.ts'
import { paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry, withdrawal } from '../support/shop.ts'

let box: Box
afterEach(() => box.close())

const clock = { now: 0 }
const open = async () => {
  clock.now = Date.parse('2026-11-21T12:00:00Z')
  const mail = paperTool(() => clock.now)
  const map = {
    firstName: 'NAME',
    'subscription.endsAt': { field: 'SUBEND', owner: 'tool' },
    'placement.mail-hero.headline': 'HEAD',
  }
  box = await hubInABox({
    clock,
    papers: { mail },
    registry: shopRegistry,
    connectors: { mail: connectorOf('mail', { map }) },
  })
  return mail
}
const contact = (at: string, fields: ContactRecord['fields'], consent?: boolean): ContactRecord => ({
  kind: 'contact',
  id: `c1:${at}`,
  at,
  remoteId: 'c1',
  identifiers: [{ type: 'email', value: 'ada@x.test' }],
  fields,
  consent,
})
const ada = async () =>
  (
    await box.flow.operations.listProfiles({
      limit: 10,
      cursor: null,
      identifier: { type: 'email', value: 'ada@x.test' },
    })
  ).items[0]

describe('what tools tell the hub', () => {
  it('a field that the tool owns is adopted, one that the hub owns is not', async () => {
    const mail = await open()
    mail.feed.push(contact('2026-11-21T10:00:00Z', { SUBEND: '2026-11-25T00:00:00Z', NAME: 'Not ours' }, true))
    await box.flow.operations.pull('mail')
    const profile = await ada()
    expect(profile?.traits).toEqual({ 'subscription.endsAt': '2026-11-25T00:00:00.000Z' })
    expect(profile?.identifiers).toContainEqual({ type: 'mail', value: 'c1' })
    expect(profile?.segments).toContain('ends-in-7-days')
    await box.flow.settle()
    expect(mail.holds('ada@x.test')?.HEAD).toBe('Renew')
    expect(mail.holds('ada@x.test')?.SUBEND).toBeUndefined()
  })

  it('the echo of our own write is no news', async () => {
    const mail = await open()
    mail.feed.push(contact('2026-11-21T10:00:00Z', { SUBEND: '2026-11-25T00:00:00Z' }, true))
    await box.flow.operations.pull('mail')
    await box.flow.settle()
    const messages = await box.store.countMessages()
    mail.feed.push(contact('2026-11-21T12:00:01Z', { SUBEND: '2026-11-25T00:00:00Z', HEAD: 'Renew' }, true))
    expect(await box.flow.operations.pull('mail')).toEqual({ records: 0 })
    expect(await box.store.countMessages()).toBe(messages)
    const writes = mail.writes.length
    await box.flow.settle()
    expect(mail.writes.length).toBe(writes)
  })

  it("consent withdrawn in the tool holds; the tool's old yes does not bring back a no that was said elsewhere", async () => {
    const mail = await open()
    await box.say(identify('u1', { email: 'ada@x.test' }), order('u1', 'o1', 3, '2026-11-20T10:00:00Z'))
    mail.feed.push(contact('2026-11-21T12:00:00Z', {}, true))
    await box.flow.operations.pull('mail')
    await box.flow.settle()
    clock.now += 60_000
    await box.say(withdrawal('u1', new Date(clock.now).toISOString()))
    await box.flow.settle()
    expect(mail.holds('ada@x.test')).toEqual({})
    mail.feed.push(contact(new Date(clock.now + 1_000).toISOString(), {}, true))
    clock.now += 5_000
    await box.flow.operations.pull('mail')
    expect((await ada())?.consents).toEqual({ marketing: false })
    mail.feed.push(
      contact(new Date(clock.now).toISOString(), {}, false),
      contact(new Date(clock.now + 1).toISOString(), {}, true),
    )
    clock.now += 5_000
    await box.flow.operations.pull('mail')
    expect((await ada())?.consents).toEqual({ marketing: true })
  })

  it('a tool that goes back to an earlier value says so anew', async () => {
    const mail = await open()
    for (const [minute, day] of [
      [1, '25'],
      [2, '28'],
      [3, '25'],
    ])
      mail.feed.push(contact(`2026-11-21T10:0${minute}:00Z`, { SUBEND: `2026-11-${day}T00:00:00Z` }, true))
    await box.flow.operations.pull('mail')
    expect((await ada())?.traits).toEqual({ 'subscription.endsAt': '2026-11-25T00:00:00.000Z' })
  })

  it('an order in the tool changes the decision, and is one order however often it is pulled', async () => {
    const mail = await open()
    await box.say(identify('u1', { email: 'ada@x.test' }))
    mail.feed.push({
      kind: 'event',
      id: 'order:1',
      at: '2026-11-20T10:00:00Z',
      identifiers: [{ type: 'email', value: 'ada@x.test' }],
      event: 'Order Completed',
      properties: { order_id: '1', revenue: 9.5 },
    })
    expect(await box.flow.operations.pull('mail')).toEqual({ records: 1 })
    mail.feed.push(...mail.feed)
    expect(await box.flow.operations.pull('mail')).toEqual({ records: 0 })
    expect((await ada())?.computed).toEqual({ orders: 1, revenue: 9.5 })
    await box.flow.settle()
    expect(mail.holds('ada@x.test')?.HEAD).toBe('Care')
  })

  it('another account is pulled from its beginning', async () => {
    const mail = await open()
    mail.feed.push(contact('2026-11-21T10:00:00Z', {}, true))
    await box.flow.operations.pull('mail')
    const bob = { ...contact('2026-11-21T10:00:00Z', {}, true), id: 'c2', remoteId: 'c2' }
    mail.feed.splice(0, 1, { ...bob, identifiers: [{ type: 'email', value: 'bob@x.test' }] })
    mail.epoch = 'another account'
    await box.flow.operations.check('mail')
    expect(await box.flow.operations.pull('mail')).toEqual({ records: 1 })
  })

  it('a forged webhook changes nothing, a good one is taken at once', async () => {
    await open()
    const body = Buffer.from(
      JSON.stringify([contact('2026-11-21T11:00:00Z', { SUBEND: '2026-11-25T00:00:00Z' }, true)]),
    )
    const call = (headers: Record<string, string>) =>
      box.flow.operations.webhook('mail', { method: 'POST', url: '/v1/hooks/mail', headers, body })
    expect(await call({})).toBe('forged')
    expect(await ada()).toBeUndefined()
    expect(await call({ 'x-paper': 'signed' })).toBe('accepted')
    expect((await ada())?.traits).toHaveProperty(['subscription.endsAt'])
    expect(await box.flow.operations.webhook('nobody', { method: 'POST', url: '/', headers: {}, body })).toBe('unknown')
  })
})
