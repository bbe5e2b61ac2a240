import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { batchSize } from './batch.ts'
import { observedRules } from './coupons.ts'
import { erase } from './erase.ts'
import { find } from './find.ts'
import { holdingOf } from './map.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { settings } from './settings.ts'
import { setUp } from './setup.ts'
import { webhook } from './webhook.ts'

const status = z.object({ environment: z.object({ home_url: z.string(), store_id: z.string().nullish() }) })

/**
 * WooCommerce's REST API, version 3. Contacts are accounts of the shop; what the hub decides goes to their meta, where themes
 * and plugins read it. A new account makes WooCommerce send its own mail, unless the shop has switched that off.
 */
export default defineConnector({
  id: 'woocommerce',
  title: 'WooCommerce',
  summary: 'Customers with their meta, the orders that they and guests place, and the coupons of the shop.',
  docs: 'https://woocommerce.github.io/woocommerce-rest-api-docs/',
  channel: 'commerce',
  settings,
  keys: ['email'],
  // WordPress knows roles only, and these grant rights: nothing that a targeting rule should hand out.
  memberships: {},
  defaults: { firstName: 'first_name', lastName: 'last_name', phone: 'billing_phone' },
  // WooCommerce limits nothing but its batch; the rest spares an ordinary PHP host.
  limits: { batch: batchSize, eraseBatch: 25, concurrency: 4, perSecond: 10, timeoutMs: 30_000 },
  ways: {
    push: { mode: 'batch', atomic: false, failures: 'in-order', upsert: 'email' },
    pull: 'all',
  },
  permissions: ['A consumer key with read and write access, of a user who may manage the shop (a shop manager)'],
  proven: [
    { by: 'live', what: 'WooCommerce 11.0.1 on WordPress 6.6', on: '2026-11-22' },
    { by: 'contract', what: 'routes and schemas of WooCommerce 11.0.1', on: '2026-11-22' },
  ],
  reads: [
    { method: 'GET', path: '/system_status' },
    { method: 'GET', path: '/customers' },
    { method: 'GET', path: '/orders' },
    { method: 'GET', path: '/coupons' },
    { method: 'GET', path: '/webhooks' },
  ],
  connect: ({ url, consumerKey, consumerSecret }) => ({
    baseUrl: `${url.replace(/\/+$/, '')}/wp-json/wc/v3`,
    headers: { authorization: `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64')}` },
  }),

  async check({ http }) {
    const query = { _fields: 'environment' }
    const { body } = await http({ method: 'GET', path: '/system_status', query, reply: status })
    const { home_url: address, store_id: id } = body.environment
    return { account: address, epoch: `${address}#${id ?? ''}` }
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
  observedRules,
})
