import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Change, Contact } from '../../core/contract/change.ts'
import type { SourceRecord } from '../../core/contract/record.ts'
import { contextFor } from '../../core/host/context.ts'
import { guardFor } from '../../core/host/guard.ts'
import type { Mode } from '../../core/host/http.ts'
import { unpaced } from '../../core/host/pace.ts'
import { transportThrough } from '../../core/host/transport.ts'
import vendure from '../../plugins/vendure/index.ts'
import { apiKey, baseUrl, needsVendure } from './vendure-server.ts'
import { shopAt, stockedShop } from './vendure-shop.ts'

const { signal } = new AbortController()
const transport = transportThrough(guardFor({ loopback: true }))
const context = (mode: Mode, key = apiKey) =>
  contextFor({
    connector: vendure,
    settings: { baseUrl, apiKey: key },
    mode,
    transport,
    pace: unpaced,
    log: () => {},
    signal,
    now: Date.now,
  })

const run = randomUUID().slice(0, 8)
const contactOf = (name: string, remoteId?: string): Contact => {
  const value = `${name}.${run}@example.test`
  return { id: name, key: { type: 'email', value }, remoteId }
}
const changeOf = (name: string, step: Partial<Change>): Change => ({
  contact: contactOf(name),
  create: false,
  fields: {},
  join: [],
  leave: [],
  ...step,
})
const push = async (...changes: readonly Change[]) => {
  const receipts = (await vendure.push?.(context('write'), changes)) ?? []
  return Object.fromEntries(receipts.map((receipt) => [receipt.contact, receipt]))
}
const group = { kind: 'group', name: `Fans ${run}` }
const wanted = { fields: ['hubSegment', 'hubScore', 'firstName', 'nowhere'], memberships: [group] }
const read = async (...names: readonly string[]) => {
  const contacts = names.map((name) => contactOf(name))
  return (await vendure.read?.(context('read'), contacts, wanted)) ?? new Map()
}
const pull = async (cursor: string | null) => {
  const records: SourceRecord[] = []
  let reached = cursor
  for await (const page of vendure.pull?.(context('read'), cursor) ?? []) {
    records.push(...page.records)
    reached = page.cursor
  }
  return { records, cursor: reached }
}
const about = (records: readonly SourceRecord[], name: string) =>
  records.filter(({ identifiers }) => identifiers.some(({ value }) => value === contactOf(name).key.value))

/** Against a server with the custom fields hubSegment (string) and hubScore (float) of customers. */
describe.skipIf(needsVendure !== '')(`Vendure itself${needsVendure}`, { timeout: 60_000 }, () => {
  it('check: names the channel, and fails as auth with a wrong key', async () => {
    expect((await vendure.check(context('read'))).account).toContain('__default_channel__')
    await expect(vendure.check(context('read', 'wrong'))).rejects.toMatchObject({ kind: 'auth' })
  })

  it('fields: lists custom fields with their types', async () => {
    const fields = (await vendure.fields?.(context('read'))) ?? []
    const types = fields.map(({ name, type, writable }) => [name, type, writable])
    expect(types).toContainEqual(['hubSegment', 'text', true])
    expect(types).toContainEqual(['hubScore', 'number', true])
    expect(types).toContainEqual(['firstName', 'text', true])
  })

  it('setup: creates the group, and leaves fields to a person', async () => {
    const field = { name: 'hubNew', type: 'boolean', label: 'New', writable: true } as const
    const segment = { name: 'hubSegment', type: 'number', label: 'Segment', writable: true } as const
    const needs = { fields: [field, segment], memberships: [group] }
    const first = await vendure.setup?.(context('setup'), needs)
    expect(first?.created).toEqual([`group ${group.name}`])
    expect(first?.manual.join('\n')).toContain("{ name: 'hubNew', type: 'boolean', nullable: true }")
    expect(first?.manual.join('\n')).toContain('hubSegment')
    expect((await vendure.setup?.(context('setup'), needs))?.present).toEqual([`group ${group.name}`])
  })

  it('push: creates, updates, skips and rejects side by side, and read gives it back', async () => {
    const first = await push(
      changeOf('ada', {
        create: true,
        fields: { firstName: 'Ada', hubSegment: 'Grüße 🎧', hubScore: 0.1 },
        join: [group],
      }),
      changeOf('stranger', { fields: { hubSegment: 'x' } }),
      changeOf('wrong', { create: true, fields: { hubScore: 'much' } }),
      changeOf('ghost', { create: true, fields: { hubGhost: 'x' } }),
      changeOf('bob', { create: true, fields: { hubSegment: 'vip' } }),
    )
    expect(first).toMatchObject({
      ada: { status: 'applied' },
      stranger: { status: 'skipped' },
      wrong: { status: 'rejected', field: 'hubScore' },
      ghost: { status: 'rejected', field: 'hubGhost' },
      bob: { status: 'applied' },
    })
    const held = await read('ada', 'bob', 'stranger')
    const fields = { hubSegment: 'Grüße 🎧', hubScore: 0.1, firstName: 'Ada', nowhere: null }
    expect(held.get('ada')).toMatchObject({ fields, memberships: [group] })
    expect(held.get('bob')).toMatchObject({
      fields: { hubSegment: 'vip', hubScore: null, firstName: null },
      memberships: [],
    })
    expect(held.get('stranger')).toBeNull()

    const second = await push(
      changeOf('ada', { fields: { hubSegment: null, firstName: null }, leave: [group] }),
      changeOf('bob', { leave: [group] }),
    )
    expect(second).toMatchObject({ ada: { status: 'applied' }, bob: { status: 'unchanged' } })
    const emptied = { hubSegment: null, hubScore: 0.1, firstName: null }
    expect((await read('ada')).get('ada')).toMatchObject({ fields: emptied, memberships: [] })
  })

  it('pull: gives each change once, and resumes within the same second', async () => {
    const before = await pull(null)
    expect(about(before.records, 'ada')).toHaveLength(1)
    expect(about((await pull(before.cursor)).records, 'ada')).toEqual([])
    await push(changeOf('ada', { fields: { hubSegment: 'one' } }))
    const one = await pull(before.cursor)
    await push(changeOf('ada', { fields: { hubSegment: 'two' } }))
    const two = await pull(one.cursor)
    const segments = [one, two].map(({ records }) =>
      about(records, 'ada').map((record) => record.kind === 'contact' && record.fields.hubSegment),
    )
    expect(segments).toEqual([['one'], ['two']])
  })

  it('pull: an order comes once when it is placed, however old its cart, and again when it is cancelled', async () => {
    const shop = await stockedShop(shopAt(baseUrl, apiKey))
    const buyer = (await read('bob')).get('bob')?.remoteId ?? ''
    const { id, code } = await shop.fill(buyer)
    const filledAt = await shop.updatedAt(id)
    const before = await pull(null)
    expect(about(before.records, 'bob').filter(({ kind }) => kind === 'event')).toEqual([])

    await shop.pay(id)
    expect(await shop.updatedAt(id)).toBe(filledAt)
    const placed = await pull(before.cursor)
    const completed = about(placed.records, 'bob').filter(({ kind }) => kind === 'event')
    const products = [{ sku: 'HP-1', name: 'Headphones, black', price: 129, quantity: 2 }]
    expect(completed).toMatchObject([
      { id: `order:${code}`, event: 'Order Completed', properties: { order_id: code, revenue: 258, products } },
    ])
    expect(about((await pull(placed.cursor)).records, 'bob')).toEqual([])

    await shop.cancel(id)
    const cancelled = await pull(placed.cursor)
    expect(about(cancelled.records, 'bob')).toMatchObject([{ id: `order:${code}:cancelled`, event: 'Order Cancelled' }])
  })

  it('erase: removes those who are there, and only them', async () => {
    const erased = await vendure.erase?.(context('write'), [contactOf('ada'), contactOf('stranger')])
    expect(erased).toEqual([
      { contact: 'ada', status: 'applied' },
      { contact: 'stranger', status: 'unchanged' },
    ])
    const held = await read('ada', 'bob')
    expect([held.get('ada'), held.get('bob') !== null]).toEqual([null, true])
    const gone = await push(changeOf('ada', { fields: { hubSegment: 'x' } }))
    expect(gone).toMatchObject({ ada: { status: 'skipped' } })
  })
})
