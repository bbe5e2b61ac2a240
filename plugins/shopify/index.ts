import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { ask, errorOf, path } from './api.ts'
import { shop } from './documents.ts'
import { erase } from './erase.ts'
import { lookUpCustomers, lookUpFields } from './lookup.ts'
import { holdingOf } from './map.ts'
import { pull, recall } from './pull.ts'
import { push } from './push.ts'
import { observedRules } from './rules.ts'
import { settings } from './settings.ts'
import { setUp } from './setup.ts'
import { webhook } from './webhook.ts'

const account = z.object({ shop: z.object({ id: z.string(), name: z.string(), myshopifyDomain: z.string() }) })

/**
 * Shopify's Admin API, version 2026-07. What the hub decides goes to metafields of customers, where themes read it. Shopify
 * answers 200 to almost everything: errors come in `errors[]` and in `userErrors`.
 */
export default defineConnector({
  id: 'shopify',
  title: 'Shopify',
  summary: 'Customers with their metafields and tags, their consent to e-mail, and the orders that they place.',
  docs: 'https://shopify.dev/docs/api/admin-graphql/2026-07',
  channel: 'commerce',
  settings,
  keys: ['email'],
  memberships: { tag: 'Tags of customers' },
  defaults: { firstName: 'firstName', lastName: 'lastName', phone: 'phone' },
  // Of a standard plan; others restore up to twenty times as many: https://shopify.dev/docs/api/usage/rate-limits
  limits: { batch: 25, readBatch: 50, concurrency: 4, perSecond: 100, burst: 2000, timeoutMs: 30_000 },
  ways: {
    push: { mode: 'batch', atomic: true, failures: 'by-index', upsert: 'email' },
    pull: 'updated-since',
  },
  permissions: [
    'read_customers and write_customers, and access to protected customer data with e-mail, name and phone',
    'read_orders; read_all_orders, too, for orders older than 60 days',
    'read_discounts, to see the discounts that the shop has',
    'write_customer_data_erasure, to erase customers who have ordered',
  ],
  proven: [{ by: 'contract', what: 'GraphQL schema of the Admin API 2026-07', on: '2026-11-22' }],
  reads: [{ method: 'POST', path, graphql: true }],
  errorOf,
  connect: ({ shop: baseUrl, accessToken }) => ({ baseUrl, headers: { 'x-shopify-access-token': accessToken } }),

  async check(ctx) {
    const { shop: found } = await ask(ctx, 'reading the shop', shop, account)
    return { account: `${found.name} (${found.myshopifyDomain})`, epoch: found.id }
  },

  fields: lookUpFields,
  setup: setUp,
  pull,
  push,

  async read(ctx, contacts, wanted) {
    const found = await lookUpCustomers(ctx, contacts, wanted.fields)
    return new Map(
      contacts.map(({ id }) => {
        const customer = found.get(id)
        return [id, customer ? holdingOf(customer, ctx.settings.namespace, wanted) : null]
      }),
    )
  },

  erase,
  webhook,
  recall,
  observedRules,
})
