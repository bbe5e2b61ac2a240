import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Box, hubInABox, testProfile } from '../support/hub.ts'
import { paperTool } from '../support/paper.ts'
import { connectorOf, identify, order, shopRegistry } from '../support/shop.ts'

let folder: string
let box: Box
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leitstern-'))
})
afterEach(async () => {
  await box.close()
  rmSync(folder, { recursive: true })
})

const clock = { now: Date.parse('2026-11-21T12:00:00Z') }
const mail = paperTool(() => clock.now)
const open = async (more: Record<string, unknown> = {}) => {
  box = await hubInABox({
    clock,
    path: join(folder, 'hub.db'),
    papers: { mail },
    registry: shopRegistry,
    connectors: { mail: connectorOf('mail') },
    ...more,
  })
  await box.flow.settle()
}
const views = async () => (await box.flow.operations.listProfiles({ limit: 100, cursor: null })).items

describe('what is durable', () => {
  it('a restart changes nothing: same profiles, same decisions, nothing is sent again', async () => {
    await open()
    await box.say(identify('u1', { email: 'ada@x.test', plan: 'pro' }), order('u1', 'o1', 20.1, '2026-11-20T10:00:00Z'))
    await box.flow.settle()
    const before = await views()
    const writes = mail.writes.length
    const decided = await box.flow.operations.decide({ profile: { userId: 'u1' } })
    await box.close()
    await open()
    expect(await views()).toEqual(before)
    expect(await box.flow.operations.decide({ profile: { userId: 'u1' } })).toEqual(decided)
    expect(mail.writes.length).toBe(writes)
  })

  it('the same message twice is one message; another body under its id is set aside, and the first one stands', async () => {
    await open()
    const one = order('u2', 'o2', 10, '2026-11-20T10:00:00Z')
    await box.say(one, one)
    await box.say(one)
    const answer = await box.flow.operations.ingest([{ ...one, properties: { order_id: 'o2', revenue: 99 } }], {
      actor: { name: 'web' },
      sentAt: null,
    })
    expect(answer).toMatchObject({ accepted: 0, refused: [{ index: 0, messageId: one.messageId, code: 'conflict' }] })
    const [profile] = await views()
    expect(profile?.computed).toMatchObject({ orders: 1, revenue: 10 })
    expect(await box.flow.operations.metrics()).toContain('leitstern_messages_set_aside_total{reason="conflict"} 1')
  })

  it('one order that web and shop both report counts once, though the messages differ', async () => {
    await open()
    await box.say(order('u3', 'o3', 10, '2026-11-20T10:00:00Z'), order('u3', 'o3', 10, '2026-11-20T10:00:05Z'))
    expect((await views())[0]?.computed).toMatchObject({ orders: 1, revenue: 10 })
  })

  it('sums are exact in decimals', async () => {
    await open()
    for (let n = 0; n < 10; n++) await box.say(order('u4', `o4-${n}`, 0.1, '2026-11-20T10:00:00Z'))
    expect((await views())[0]?.computed).toMatchObject({ revenue: 1 })
  })

  it('profile.yaml decides anew over old messages: a new event type is read from the log, decisions stay', async () => {
    await open()
    await box.say(identify('u5', { email: 'eve@x.test' }), order('u5', 'o5', 20, '2026-11-20T10:00:00Z'))
    await box.say({
      type: 'track',
      messageId: 'view-1',
      userId: 'u5',
      event: 'Product Viewed',
      properties: { sku: 'S9' },
    })
    await box.flow.settle()
    const [before] = await views()
    const decisions = await box.flow.operations.decisions(before?.id ?? '')
    expect(before?.computed).not.toHaveProperty('views')
    await box.close()
    const profile = {
      ...testProfile,
      computed: { ...testProfile.computed, views: { fn: 'count', event: 'Product Viewed' } },
      events: {
        ...testProfile.events,
        types: { ...testProfile.events.types, 'Product Viewed': { properties: { sku: 'string' } } },
      },
    }
    await open({ profile })
    const [after] = await views()
    expect(after?.computed).toMatchObject({ views: 1, orders: 1 })
    expect(after?.id).toBe(before?.id)
    expect(await box.flow.operations.decisions(after?.id ?? '')).toEqual(decisions)
  })

  it('folding a long log anew decides nothing on half of it: no decision ends, no cap is used up', async () => {
    const limits = { perCustomer: { max: 1, within: '90d' } }
    const offers = shopRegistry.offers.map((offer) => (offer.key === 'care' ? { ...offer, limits } : offer))
    const registry = { ...shopRegistry, offers }
    await open({ registry })
    await box.say(identify('u10', { email: 'hal@x.test' }))
    for (let n = 0; n < 6; n++) await box.say(...Array.from({ length: 100 }, (_, i) => identify(`other-${n}-${i}`, {})))
    await box.say(order('u10', 'o10', 1, '2026-11-20T10:00:00Z'))
    const hal = async () => {
      const identifier = { type: 'userId', value: 'u10' }
      const { items } = await box.flow.operations.listProfiles({ limit: 1, cursor: null, identifier })
      return box.flow.operations.decisions(items[0]?.id ?? '')
    }
    const before = await hal()
    expect(before).toMatchObject([{ offer: 'care', endedAt: null }])
    await box.close()
    await open({ registry, profile: { ...testProfile, traits: { ...testProfile.traits, city: { type: 'string' } } } })
    expect(await hal()).toEqual(before)
  })

  it('a registry is published by hand once there is one: new files change nothing until then', async () => {
    await open()
    await box.say(identify('u6', { email: 'fay@x.test' }), order('u6', 'o6', 20, '2026-11-20T10:00:00Z'))
    await box.flow.settle()
    await box.close()
    const rules = shopRegistry.rules.map((rule) => (rule.key === 'care' ? { ...rule, offer: 'pro-tips' } : rule))
    await open({ registry: { ...shopRegistry, rules } })
    expect(mail.holds('fay@x.test')?.HEAD).toBe('Care')
    const published = await box.flow.operations.publish({ name: 'admin' })
    expect(published).toMatchObject({ changed: true })
    await box.flow.settle()
    expect(mail.holds('fay@x.test')?.HEAD).toBe('Tips')
    expect(await box.flow.operations.publish({ name: 'admin' })).toMatchObject({ changed: false })
    expect(
      (await box.flow.operations.revisions({ limit: 10, cursor: null })).items.map(({ current }) => current),
    ).toEqual([true, false])
  })

  it('a message without a person is an event without a profile', async () => {
    await open()
    const answer = await box.flow.operations.ingest(
      [{ type: 'track', messageId: 'nobody-1', event: 'Order Completed', properties: { order_id: 'o7', revenue: 3 } }],
      {
        actor: { name: 'import' },
        sentAt: null,
        imported: true,
      },
    )
    expect(answer).toEqual({ accepted: 1, repeated: 0, refused: [] })
    expect(await views()).toEqual([])
    expect(await box.store.countMessages()).toBe(1)
  })

  it('an order of a thousand lines out of a file counts, and still does when profiles are folded anew', async () => {
    await open()
    const products = Array.from({ length: 1_000 }, (_, line) => ({ sku: `S${line}`, quantity: 1, price: 0.1 }))
    const message = order('u9', 'o9', 100, '2026-11-20T10:00:00Z', {
      properties: { order_id: 'o9', revenue: 100, products },
    })
    const answer = await box.flow.operations.ingest([message], {
      actor: { name: 'import' },
      sentAt: null,
      imported: true,
    })
    expect(answer).toEqual({ accepted: 1, repeated: 0, refused: [] })
    const before = await views()
    expect(before).toMatchObject([{ computed: { orders: 1, revenue: 100 } }])
    await box.close()
    await open({ profile: { ...testProfile, traits: { ...testProfile.traits, city: { type: 'string' } } } })
    expect(await views()).toEqual(before)
  })

  it('the same messages in any order give the same customers, segments and answers', async () => {
    const messages = [
      identify('u8', { email: 'gus@x.test', firstName: 'Gus' }, { timestamp: '2026-11-01T00:00:00Z' }),
      identify('u8', { firstName: 'Gustav' }, { timestamp: '2026-11-02T00:00:00Z', anonymousId: 'a8' }),
      order('u8', 'o8', 5, '2026-08-01T00:00:00Z'),
      order('', 'o9', 6, '2026-08-02T00:00:00Z', { userId: undefined, anonymousId: 'a8' }),
    ]
    const outcome = async (order: readonly (typeof messages)[number][]) => {
      box = await hubInABox({ clock, registry: shopRegistry })
      for (const message of order) await box.say(message)
      const found = await views()
      await box.close()
      return found
    }
    const forwards = await outcome(messages)
    const backwards = await outcome([...messages].reverse())
    await open()
    expect(forwards).toHaveLength(1)
    expect(forwards[0]).toMatchObject({
      traits: { firstName: 'Gustav' },
      computed: { orders: 2, revenue: 11 },
      segments: ['buyers', 'lapsed-60'],
    })
    expect(backwards).toEqual(forwards)
  })

  it('one customer who cannot be decided holds up nobody else', async () => {
    await open()
    const endsAt = '2026-11-30T12:00:00Z'
    await box.say(identify('with-mail', { email: 'hal@x.test' }), identify('without', { subscription: { endsAt } }))
    const ids = new Map((await views()).map((view) => [view.identifiers[0]?.value, view.id]))
    const segmentsOf = async (user: string) => (await box.store.profile(ids.get(user) ?? ''))?.segments
    expect(await segmentsOf('without')).toEqual([])
    box.at('2026-11-25T12:00:00Z')
    await box.close()
    // A scope that asks for a segment which nobody has: config would refuse it, evaluation throws for whoever has a contact.
    await open({ connectors: { mail: connectorOf('mail', { scope: { segment: 'nobody-knows' } }) } })
    expect(await segmentsOf('without')).toEqual(['ends-in-7-days'])
  })
})
