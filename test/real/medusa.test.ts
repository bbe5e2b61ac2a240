import { describe, expect, it } from 'vitest'
import { loadConnector } from '../../core/host/catalogue.ts'
import { isProven } from '../../core/host/proof.ts'
import { openLetterbox } from './letterbox.ts'
import {
  alter,
  apiKey,
  baseUrl,
  cancelOrder,
  createCustomer,
  draftOrder,
  hookPort,
  hookSecret,
  metadataOf,
  needsHooks,
  needsMedusa,
  placeOrder,
} from './medusa-server.ts'
import { realTool } from './tool.ts'

const medusa = await loadConnector('medusa')
const tool = realTool(medusa, { baseUrl, apiKey })
const { run, emailOf, context, changeOf, push, erase, pull, about } = tool
const group = { kind: 'group', name: `Fans ${run}` }
const read = (...names: readonly string[]) =>
  tool.read(names, ['segment', 'score', 'vip', 'first_name', 'nowhere'], [group])

describe.skipIf(needsMedusa !== '')(`Medusa itself${needsMedusa}`, { timeout: 60_000 }, () => {
  it('check: names the store, and fails as auth with a wrong key', async () => {
    expect((await medusa.check(context('read'))).account).not.toBe('')
    await expect(medusa.check(context('read', { apiKey: 'sk_wrong' }))).rejects.toMatchObject({ kind: 'auth' })
  })

  it('setup: creates the group once', async () => {
    const needs = { fields: [], memberships: [group] }
    expect((await medusa.setup?.(context('setup'), needs))?.created).toEqual([`group ${group.name}`])
    expect((await medusa.setup?.(context('setup'), needs))?.present).toEqual([`group ${group.name}`])
  })

  it('push: creates, updates, skips and rejects side by side, and read gives it back', async () => {
    const fields = { first_name: 'Ada', segment: 'Grüße 🎧', score: 0.1, vip: false }
    const bad = {
      ...changeOf('bad', { create: true }),
      contact: { id: 'bad', key: { type: 'email', value: 'nobody@localhost' } },
    }
    const first = await push(
      changeOf('ada', { create: true, fields, join: [group] }),
      changeOf('stranger', { fields: { segment: 'x' } }),
      changeOf('lost', { create: true, join: [{ kind: 'group', name: `Nobody ${run}` }] }),
      bad,
      changeOf('bob', { create: true, fields: { segment: 'vip' } }),
    )
    expect(first).toMatchObject({
      ada: { status: 'applied' },
      stranger: { status: 'skipped' },
      lost: { status: 'rejected' },
      bad: { status: 'rejected' },
      bob: { status: 'applied' },
    })
    const held = await read('ada', 'bob', 'stranger')
    expect(held.get('ada')).toMatchObject({ fields: { ...fields, nowhere: null }, memberships: [group] })
    expect(held.get('bob')).toMatchObject({ fields: { segment: 'vip', score: null }, memberships: [] })
    expect(held.get('stranger')).toBeNull()
  })

  it('push: metadata are merged: what is not named stays, an empty text removes, and null would not', async () => {
    const id = (await read('ada')).get('ada')?.remoteId ?? ''
    await alter(id, { metadata: { own: 'of the shop', nulled: null } })
    expect(await push(changeOf('ada', { fields: { segment: null, score: 7 } }))).toMatchObject({
      ada: { status: 'applied' },
    })
    expect(await metadataOf(id)).toEqual({ own: 'of the shop', nulled: null, score: 7, vip: false })
    await push(changeOf('ada', { fields: { own: '' }, leave: [group] }))
    expect(await metadataOf(id)).toEqual({ nulled: null, score: 7, vip: false })
    expect((await read('ada')).get('ada')).toMatchObject({ memberships: [] })
  })

  it('push: an address in other letters is the same customer, though Medusa tells them apart', async () => {
    const id = await createCustomer(emailOf('grace').replace('grace', 'Grace'))
    const receipts = await push(changeOf('grace', { create: true, fields: { segment: 'x' } }))
    expect(receipts.grace).toMatchObject({ status: 'applied', remoteId: id })
  })

  it('pull: gives each change once, and goes on from there', async () => {
    const before = await pull(null)
    expect(about(before.records, 'ada')).toHaveLength(1)
    expect(about((await pull(before.cursor)).records, 'ada')).toEqual([])
    await push(changeOf('ada', { fields: { segment: 'one' } }))
    const one = await pull(before.cursor)
    expect(about(one.records, 'ada')).toMatchObject([{ kind: 'contact', fields: { segment: 'one', score: 7 } }])
    expect(about((await pull(one.cursor)).records, 'ada')).toEqual([])
  })

  it('pull: an order comes when it is placed, however old its draft, and again when it is cancelled', async () => {
    const buyer = (await read('bob')).get('bob')?.remoteId ?? ''
    const id = await draftOrder(buyer, emailOf('bob'))
    const before = await pull(null)
    expect(about(before.records, 'bob').filter(({ kind }) => kind === 'event')).toEqual([])
    await placeOrder(id)
    const placed = await pull(before.cursor)
    const products = [{ sku: 'HP-1', name: 'Headphones', price: 129.9, quantity: 2 }]
    expect(about(placed.records, 'bob')).toMatchObject([
      { event: 'Order Completed', properties: { revenue: 259.8, currency: 'EUR', products } },
    ])
    await cancelOrder(id)
    const cancelled = await pull(placed.cursor)
    expect(about(cancelled.records, 'bob')).toMatchObject([{ id: `order:${id}:cancelled`, event: 'Order Cancelled' }])
  })

  it('observedRules: are read without an error', async () => {
    expect(await medusa.observedRules?.(context('read'))).toBeInstanceOf(Array)
  })

  it.skipIf(needsHooks !== '')(`webhook: a change is proven, and recalled by its id${needsHooks}`, async () => {
    const letterbox = await openLetterbox(Number(hookPort))
    const id = (await read('ada')).get('ada')?.remoteId ?? ''
    await push(changeOf('ada', { fields: { segment: 'told' } }))
    const request = await letterbox.letter(({ body }) => Buffer.from(body).includes(id))
    await letterbox.close()
    const { webhook } = medusa
    const settings = medusa.settings.parse({ baseUrl, apiKey, webhookSecret: hookSecret })
    expect(webhook && isProven(webhook.proof, settings, request, Date.now())).toBe(true)
    const hints = (webhook?.parse(settings, request) ?? []).flatMap((found) => (found.kind === 'hint' ? [found] : []))
    expect(hints).toMatchObject([{ object: 'customer', remoteId: id }])
    const recalled = (await medusa.recall?.(context('read'), hints)) ?? []
    expect(about(recalled, 'ada')).toMatchObject([{ kind: 'contact', fields: { segment: 'told' } }])
  })

  it('erase: removes those who are there, in whatever letters, and nothing names them any more', async () => {
    await createCustomer(emailOf('bob').replace('bob', 'BOB'))
    expect(await erase('bob', 'stranger')).toMatchObject({
      bob: { status: 'applied' },
      stranger: { status: 'unchanged' },
    })
    const held = await read('ada', 'bob')
    expect([held.get('ada') !== null, held.get('bob')]).toEqual([true, null])
    const { records } = await pull(null)
    expect(JSON.stringify(records).toLowerCase()).not.toContain(emailOf('bob'))
    expect(await push(changeOf('bob', { fields: { segment: 'x' } }))).toMatchObject({ bob: { status: 'skipped' } })
  })
})
