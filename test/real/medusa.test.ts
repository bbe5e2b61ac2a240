import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Change, Contact } from '../../core/contract/change.ts'
import type { SourceRecord } from '../../core/contract/record.ts'
import { contextFor } from '../../core/host/context.ts'
import { guardFor } from '../../core/host/guard.ts'
import type { Mode } from '../../core/host/http.ts'
import { unpaced } from '../../core/host/pace.ts'
import { isProven } from '../../core/host/proof.ts'
import { transportThrough } from '../../core/host/transport.ts'
import medusa from '../../plugins/medusa/index.ts'
import { hooksAt } from './medusa-hooks.ts'
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

const { signal } = new AbortController()
const transport = transportThrough(guardFor({ loopback: true }))
const context = (mode: Mode, key = apiKey) =>
  contextFor({
    connector: medusa,
    settings: { baseUrl, apiKey: key },
    mode,
    transport,
    pace: unpaced,
    log: () => {},
    signal,
    now: Date.now,
  })

const run = randomUUID().slice(0, 8)
const emailOf = (name: string) => `${name}.${run}@example.test`
const contactOf = (name: string): Contact => ({ id: name, key: { type: 'email', value: emailOf(name) } })
const changeOf = (name: string, step: Partial<Change>): Change => ({
  contact: contactOf(name),
  create: false,
  fields: {},
  join: [],
  leave: [],
  ...step,
})
const push = async (...changes: readonly Change[]) => {
  const receipts = (await medusa.push?.(context('write'), changes)) ?? []
  return Object.fromEntries(receipts.map((receipt) => [receipt.contact, receipt]))
}
const group = { kind: 'group', name: `Fans ${run}` }
const wanted = { fields: ['segment', 'score', 'vip', 'first_name', 'nowhere'], memberships: [group] }
const read = async (...names: readonly string[]) => {
  const contacts = names.map((name) => contactOf(name))
  return (await medusa.read?.(context('read'), contacts, wanted)) ?? new Map()
}
const pull = async (cursor: string | null) => {
  const records: SourceRecord[] = []
  let reached = cursor
  for await (const page of medusa.pull?.(context('read'), cursor) ?? []) {
    records.push(...page.records)
    reached = page.cursor
  }
  return { records, cursor: reached }
}
const about = (records: readonly SourceRecord[], name: string) =>
  records.filter(({ identifiers }) => identifiers.some(({ value }) => value === emailOf(name)))

describe.skipIf(needsMedusa !== '')(`Medusa itself${needsMedusa}`, { timeout: 60_000 }, () => {
  it('check: names the store, and fails as auth with a wrong key', async () => {
    expect((await medusa.check(context('read'))).account).not.toBe('')
    await expect(medusa.check(context('read', 'sk_wrong'))).rejects.toMatchObject({ kind: 'auth' })
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
    const hooks = await hooksAt(Number(hookPort))
    const id = (await read('ada')).get('ada')?.remoteId ?? ''
    await push(changeOf('ada', { fields: { segment: 'told' } }))
    const request = await hooks.find(id)
    await hooks.close()
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
    const erased = await medusa.erase?.(context('write'), [contactOf('bob'), contactOf('stranger')])
    expect(erased).toEqual([
      { contact: 'bob', status: 'applied' },
      { contact: 'stranger', status: 'unchanged' },
    ])
    const held = await read('ada', 'bob')
    expect([held.get('ada') !== null, held.get('bob')]).toEqual([true, null])
    const { records } = await pull(null)
    expect(JSON.stringify(records).toLowerCase()).not.toContain(emailOf('bob'))
    expect(await push(changeOf('bob', { fields: { segment: 'x' } }))).toMatchObject({ bob: { status: 'skipped' } })
  })
})
