import { z } from 'zod'
import type { Contact, Receipt } from '../../core/contract/change.ts'
import { defineConnector } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { ask, type Document, tell } from './api.ts'
import {
  channel,
  customersSince,
  deleteCustomer,
  ordersCancelledSince,
  ordersPlacedSince,
  together,
} from './documents.ts'
import { customNames } from './field.ts'
import { lookUpCustomers, lookUpFields, lookUpPresent } from './lookup.ts'
import { cancelledRow, completedRow, contactRow, customerPage, holdingOf, type Order, orderPage } from './map.ts'
import { push } from './push.ts'
import { settings, type Wire } from './settings.ts'
import { setUp } from './setup.ts'
import { type Cursors, cursorsFrom, follow, type Row, type Rows } from './trail.ts'

const activeChannel = z.object({
  activeChannel: z.object({ id: z.string(), code: z.string(), token: z.string() }),
})

const customerRows =
  (ctx: Wire, custom: readonly string[]): Rows =>
  async (at, except) => {
    const wanted = customersSince(at, except, custom)
    const { customers } = await ask(ctx, 'reading a page of customers', wanted, customerPage)
    return customers.items.map((customer) => contactRow(customer, custom))
  }
/** Orders without their customer, where that one was deleted. */
const orderRows =
  (ctx: Wire, listed: (at: number, except: readonly string[]) => Document, rowOf: (order: Order) => Row): Rows =>
  async (at, except) => {
    const { items } = (await ask(ctx, 'reading a page of orders', listed(at, except), orderPage)).orders
    const ids = items.flatMap(({ customer }) => customer?.id ?? [])
    const present = await lookUpPresent(ctx, ids)
    return items.map((order) => rowOf(present.has(order.customer?.id ?? '') ? order : { ...order, customer: null }))
  }

const erase = async (ctx: Wire, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const found = await lookUpCustomers(ctx, contacts)
  const ids = [...new Set([...found.values()].map(({ id }) => id))]
  if (ids.length > 0)
    await tell(
      ctx,
      `deleting ${ids.length} customers`,
      together(ids.map((id, index) => deleteCustomer(`d${index}`, id))),
    )
  // Vendure only marks them as deleted, and tells that it did not by a result among the good ones: what counts is who
  // is left.
  const left = ids.length > 0 ? await lookUpCustomers(ctx, contacts) : found
  return contacts.map(({ id }) => {
    if (!found.has(id)) return { contact: id, status: 'unchanged' }
    if (left.has(id)) return { contact: id, status: 'retry', reason: 'Vendure still has the customer' }
    return { contact: id, status: 'applied' }
  })
}

/**
 * Vendure 3.5 and later, over its Admin API. It answers 200 to almost everything: errors come in `errors[]` and in
 * result types. A new customer without a password may get Vendure's own mail to verify the address, as the shop has
 * it.
 */
export default defineConnector({
  id: 'vendure',
  title: 'Vendure',
  summary: 'Customers, their custom fields and groups, and the orders that they place.',
  docs: 'https://docs.vendure.io/reference/graphql-api/admin/queries/',
  channel: 'commerce',
  settings,
  keys: ['email'],
  memberships: { group: 'Customer groups' },
  defaults: { firstName: 'firstName', lastName: 'lastName', phone: 'phoneNumber' },
  limits: { batch: 25, concurrency: 2, perSecond: 10, timeoutMs: 20_000 },
  ways: {
    push: { mode: 'batch', atomic: false, failures: 'whole', upsert: 'emailAddress' },
    pull: 'updated-since',
  },
  permissions: ['ReadCustomer, CreateCustomer, UpdateCustomer and DeleteCustomer', 'ReadOrder, for orders'],
  proven: [{ by: 'live', what: 'Vendure 3.7.3', on: '2026-11-22' }],
  reads: [{ method: 'POST', path: '/admin-api', graphql: true }],
  connect: ({ baseUrl, apiKey, channel: token }) => ({
    baseUrl,
    headers: { 'vendure-api-key': apiKey, ...(token === undefined ? {} : { 'vendure-token': token }) },
  }),

  async check(ctx) {
    const { activeChannel: active } = await ask(ctx, 'reading the channel', channel, activeChannel)
    const wanted = ctx.settings.channel
    if (wanted !== undefined && wanted !== active.token)
      throw new ConnectorError(
        'config',
        `reading the channel: Vendure knows no such token and answers for ${active.code}`,
      )
    return { account: `Channel ${active.code}`, epoch: `${active.id}:${active.token}` }
  },

  fields: lookUpFields,
  setup: setUp,

  async *pull(ctx, cursor) {
    const custom = customNames(await lookUpFields(ctx))
    const streams = {
      customers: customerRows(ctx, custom),
      placed: orderRows(ctx, ordersPlacedSince, completedRow),
      cancelled: orderRows(ctx, ordersCancelledSince, cancelledRow),
    }
    let cursors: Cursors = cursorsFrom(cursor)
    for (const stream of ['customers', 'placed', 'cancelled'] as const)
      for await (const { records, trail } of follow(cursors[stream], streams[stream], ctx.now)) {
        cursors = { ...cursors, [stream]: trail }
        const aboutSomebody = records.filter(({ identifiers }) => identifiers.length > 0)
        yield { records: aboutSomebody, cursor: JSON.stringify(cursors) }
      }
  },

  push,

  async read(ctx, contacts, wanted) {
    const known = customNames(await lookUpFields(ctx))
    const custom = known.filter((name) => wanted.fields.includes(name))
    const found = await lookUpCustomers(ctx, contacts, custom)
    return new Map(
      contacts.map(({ id }) => {
        const customer = found.get(id)
        return [id, customer ? holdingOf(customer, wanted, custom) : null]
      }),
    )
  },

  erase,
})
