import { z } from 'zod'
import type { SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { type Account, add, byEmail, gmt, nextId, type Shop, type ShopOrder, setMeta } from './sandbox-shop.ts'

export const refuse = (status: number, code: string, message: string): SandboxReply => ({
  status,
  json: { code, message, data: { status } },
})
const failed = (status: number, code: string, message: string, id = 0) => ({
  id,
  error: { code, message, data: { status } },
})
const isAddress = (email: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)

export const shownAccount = ({ phone, ...account }: Account) => ({ ...account, billing: { phone } })
const shownOrder = ({ email, lines, ...order }: ShopOrder) => ({
  ...order,
  currency: 'EUR',
  total: lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0).toFixed(2),
  date_paid_gmt: order.date_created_gmt,
  billing: { email },
  line_items: lines.map((line) => ({ ...line, product_id: 7 })),
})

const written = z.object({
  id: z.number().optional(),
  email: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  billing: z.object({ phone: z.string() }).optional(),
  meta_data: z.array(z.object({ key: z.string(), value: z.unknown() })).default([]),
})
type Written = z.output<typeof written>
/** As WooCommerce cleans every name: no tags, no line breaks, nothing around it. */
const cleaned = (text: string) =>
  text
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim()
/** Meta that begin with an underscore are passed over without a word. */
const store = (held: Shop, owner: Account, given: Written, now: number) => {
  if (given.first_name !== undefined) owner.first_name = cleaned(given.first_name)
  if (given.last_name !== undefined) owner.last_name = cleaned(given.last_name)
  if (given.billing) owner.phone = given.billing.phone
  // Meta leave the time of change as it is.
  if (given.first_name !== undefined || given.last_name !== undefined || given.billing)
    owner.date_modified_gmt = gmt(now)
  for (const { key, value } of given.meta_data) if (!key.startsWith('_')) setMeta(held, owner, key, value)
  return shownAccount(owner)
}
const createAccount = (held: Shop, now: number) => (item: unknown) => {
  const given = written.parse(item)
  const { email = '' } = given
  if (!isAddress(email)) return failed(400, 'registration-error-invalid-email', 'Please provide a valid email address.')
  if (byEmail(held, email))
    return failed(400, 'registration-error-email-exists', 'An account is already registered with that address.')
  return store(held, add(held, email, now), given, now)
}
const updateAccount = (held: Shop, now: number) => (item: unknown) => {
  const given = written.parse(item)
  const owner = held.accounts.find(({ id }) => id === given.id)
  if (!owner) return failed(400, 'woocommerce_rest_invalid_id', 'Invalid resource ID.', given.id)
  return store(held, owner, given, now)
}
/** With the account, the shop forgets whose orders they are; the addresses in them stay. */
const deleteAccount = (held: Shop) => (item: unknown) => {
  const owner = held.accounts.find(({ id }) => id === item)
  if (!owner) return failed(400, 'woocommerce_rest_invalid_id', 'Invalid resource ID.', Number(item))
  held.accounts = held.accounts.filter((other) => other !== owner)
  for (const order of held.orders) if (order.customer_id === owner.id) order.customer_id = 0
  return shownAccount(owner)
}
const orderChange = z.object({
  id: z.number(),
  customer_id: z.number().optional(),
  billing: z.object({ email: z.string().nullish() }),
})
/** What is null is passed over, and an empty address is filled with that of the order's account. */
const updateOrder = (held: Shop, now: number) => (item: unknown) => {
  const { id, customer_id, billing } = orderChange.parse(item)
  const order = held.orders.find((found) => found.id === id)
  if (!order) return failed(400, 'woocommerce_rest_shop_order_invalid_id', 'Invalid ID.', id)
  order.customer_id = customer_id ?? order.customer_id
  const account = held.accounts.find((found) => found.id === order.customer_id)
  order.email = (billing.email ?? order.email) || (account?.email ?? '')
  order.date_modified_gmt = gmt(now)
  return shownOrder(order)
}

const list = z.array(z.unknown()).default([])
export const batch = z.object({ create: list, update: list, delete: list })
const runBatch = (held: Shop, kind: 'customers' | 'orders', body: unknown, now: number): SandboxReply => {
  const asked = batch.parse(body)
  if (asked.create.length + asked.update.length + asked.delete.length > 100)
    return refuse(413, 'woocommerce_rest_request_entity_too_large', 'Unable to accept more than 100 items.')
  const change: (item: unknown) => unknown = kind === 'customers' ? updateAccount(held, now) : updateOrder(held, now)
  return {
    status: 200,
    json: {
      create: asked.create.map(createAccount(held, now)),
      update: asked.update.map(change),
      delete: asked.delete.map(deleteAccount(held)),
    },
  }
}

const paged = <T>(all: readonly T[], query: URLSearchParams): SandboxReply => {
  const size = Number(query.get('per_page') ?? 10)
  const from = Number(query.get('offset') ?? (Number(query.get('page') ?? 1) - 1) * size)
  if (!(size >= 1 && size <= 100)) return refuse(400, 'rest_invalid_param', 'Invalid parameter(s): per_page')
  return { status: 200, headers: { 'x-wp-total': String(all.length) }, json: all.slice(from, from + size) }
}
const listAccounts = ({ accounts }: Shop, query: URLSearchParams): SandboxReply => {
  const [email, include] = [query.get('email')?.toLowerCase(), query.get('include')?.split(',').map(Number)]
  const role = query.get('role') ?? 'customer'
  if (email !== undefined && !isAddress(email)) return refuse(400, 'rest_invalid_param', 'Invalid parameter(s): email')
  const hits = accounts.filter(
    (found) =>
      (role === 'all' || found.role === role) &&
      (email === undefined || found.email.toLowerCase() === email) &&
      (include?.includes(found.id) ?? true),
  )
  return paged(hits.map(shownAccount), query)
}
const listOrders = ({ orders }: Shop, query: URLSearchParams): SandboxReply => {
  const [after, search, customer] = ['modified_after', 'search', 'customer'].map((name) => query.get(name))
  const hits = orders
    .filter(
      (found) =>
        (!after || Date.parse(`${found.date_modified_gmt}Z`) > Date.parse(after)) &&
        (!search || found.email?.toLowerCase().includes(search)) &&
        (!customer || found.customer_id === Number(customer)),
    )
    .sort((a, b) => (a.date_modified_gmt < b.date_modified_gmt ? -1 : 1))
  return paged(hits.map(shownOrder), query)
}

const coupon = {
  id: 3,
  code: 'comeback',
  amount: '10.00',
  discount_type: 'percent',
  description: '',
  status: 'publish',
  date_modified_gmt: '2026-01-02T10:00:00',
  date_expires_gmt: null,
  email_restrictions: ['*@example.test'],
}
const hook = z.object({ topic: z.string(), delivery_url: z.string(), status: z.string() })
const createHook = (held: Shop, body: unknown): SandboxReply => {
  const { topic, delivery_url, status } = hook.parse(body)
  const made = { id: nextId(held), topic, delivery_url, status }
  held.webhooks.push(made)
  return { status: 201, json: made }
}

const updateHook = (held: Shop, id: number, body: unknown): SandboxReply => {
  const known = held.webhooks.find((found) => found.id === id)
  if (!known) return refuse(404, 'woocommerce_rest_shop_webhook_invalid_id', 'Invalid ID.')
  return { status: 200, json: Object.assign(known, hook.pick({ status: true }).parse(body)) }
}

/** Answers as WooCommerce does below `/wp-json/wc/v3`. */
export const answer = (held: Shop, { method, path, body }: SandboxRequest, now: number): SandboxReply => {
  const { pathname, searchParams: query } = new URL(path, held.url)
  const route = `${method} ${pathname.replace('/wp-json/wc/v3', '')}`
  const routes: Readonly<Record<string, () => SandboxReply>> = {
    'GET /system_status': () => ({
      status: 200,
      json: { environment: { home_url: held.url, store_id: 'f6b1d1a0-sandbox' } },
    }),
    'GET /customers': () => listAccounts(held, query),
    'GET /orders': () => listOrders(held, query),
    'GET /coupons': () => paged([coupon], query),
    'GET /webhooks': () => paged(held.webhooks, query),
    'POST /webhooks': () => createHook(held, body),
    'POST /customers/batch': () => runBatch(held, 'customers', body, now),
    'POST /orders/batch': () => runBatch(held, 'orders', body, now),
  }
  const [, hookId] = /^PUT \/webhooks\/(\d+)$/.exec(route) ?? []
  if (hookId) return updateHook(held, Number(hookId), body)
  const noRoute = () => refuse(404, 'rest_no_route', 'No route was found matching the URL and request method.')
  return (routes[route] ?? noRoute)()
}
