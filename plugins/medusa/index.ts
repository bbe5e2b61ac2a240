import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { erase } from './erase.ts'
import { find } from './find.ts'
import { holdingOf } from './map.ts'
import { observedRules } from './promotions.ts'
import { pull, recall } from './pull.ts'
import { push } from './push.ts'
import { settings } from './settings.ts'
import { setUp } from './setup.ts'
import { webhook } from './webhook.ts'

const stores = z.object({ stores: z.array(z.object({ id: z.string(), name: z.string() })) })

/** Medusa 2, over its Admin API. What the hub decides goes to the metadata of customers, where the storefront reads it. */
export default defineConnector({
  id: 'medusa',
  title: 'Medusa',
  summary: 'Customers with their metadata and groups, and the orders that they place.',
  docs: 'https://docs.medusajs.com/api/admin',
  channel: 'commerce',
  settings,
  keys: ['email'],
  memberships: { group: 'Customer groups' },
  defaults: { firstName: 'first_name', lastName: 'last_name', phone: 'phone' },
  // Medusa limits nothing; this spares a small server.
  limits: { batch: 20, concurrency: 4, perSecond: 20, timeoutMs: 20_000 },
  ways: {
    push: { mode: 'single', atomic: false, failures: 'whole', upsert: 'email' },
    pull: 'updated-since',
  },
  permissions: ['A secret API key: it has all rights of an admin user'],
  proven: [{ by: 'live', what: 'Medusa 2.21.2 on PostgreSQL 17', on: '2026-11-22' }],
  reads: [
    { method: 'GET', path: '/admin/stores' },
    { method: 'GET', path: '/admin/customers' },
    { method: 'GET', path: '/admin/customer-groups' },
    { method: 'GET', path: '/admin/orders' },
    { method: 'GET', path: '/admin/promotions' },
  ],
  connect: ({ baseUrl, apiKey }) => ({
    baseUrl,
    headers: { authorization: `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}` },
  }),

  async check({ http }) {
    const query = { fields: 'id,name', limit: 1 }
    const { body } = await http({ method: 'GET', path: '/admin/stores', query, reply: stores })
    const [store] = body.stores
    if (!store) throw new ConnectorError('config', 'reading the store: the server has none, so migrate its database')
    return { account: store.name, epoch: store.id }
  },

  setup: setUp,
  pull,
  push,

  async read(ctx, contacts, wanted) {
    const found = await find(ctx, contacts)
    return new Map(
      contacts.map(({ id }) => {
        const customer = found.get(id)
        return [id, customer ? holdingOf(customer, wanted) : null]
      }),
    )
  },

  erase,
  webhook,
  recall,
  observedRules,
})
