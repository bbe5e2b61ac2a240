import { z } from 'zod'
import type { SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import {
  add,
  customerOf,
  groupNamed,
  idOf,
  merged,
  type Shop,
  type ShopCustomer,
  type ShopOrder,
} from './sandbox-shop.ts'

const ok = (json: unknown): SandboxReply => ({ status: 200, json })
const refuse = (status: number, type: string, message: string): SandboxReply => ({ status, json: { type, message } })
const unknown = (id: string) => refuse(404, 'not_found', `Customer with id: ${id} not found`)

const names = {
  first_name: z.string().nullable().exactOptional(),
  last_name: z.string().nullable().exactOptional(),
  company_name: z.string().nullable().exactOptional(),
  phone: z.string().nullable().exactOptional(),
}
/** Fields that are not known are refused, in bodies and in addresses. */
const update = z.strictObject({ ...names, metadata: z.record(z.string(), z.unknown()).exactOptional() })
const creation = update.extend({ email: z.email() })
const move = z.strictObject({ add: z.array(z.string()), remove: z.array(z.string()) })

const shown = ({ groups }: Shop, found: ShopCustomer) => ({
  ...found,
  groups: groups.filter(({ id }) => found.groups.includes(id)),
})
/** Of a customer who was deleted the address stays, and the customer is missing. */
const shownOrder = ({ customers }: Shop, { customer: buyer, ...order }: ShopOrder) => {
  const found = customers.find(({ id }) => id === buyer)
  return {
    ...order,
    display_id: 7,
    status: order.canceled_at ? 'canceled' : 'pending',
    currency_code: 'eur',
    total: order.items.reduce((sum, { unit_price, quantity }) => sum + unit_price * quantity, 0),
    ...(found ? { customer: { id: found.id, email: found.email } } : {}),
  }
}

const invalid = (error: z.ZodError) =>
  refuse(400, 'invalid_data', `Invalid request: ${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`)
const change = (held: Shop, owner: ShopCustomer, given: z.output<typeof update>, now: number): SandboxReply => {
  const { metadata, ...own } = given
  Object.assign(owner, own, { updated_at: new Date(now).toISOString() })
  if (metadata) owner.metadata = merged(owner.metadata, metadata)
  return ok({ customer: shown(held, owner) })
}
const createCustomer = (held: Shop, body: unknown, now: number): SandboxReply => {
  const given = creation.safeParse(body)
  if (!given.success) return invalid(given.error)
  const { email, ...rest } = given.data
  if (customerOf(held, email))
    return refuse(400, 'invalid_data', `Customer with email: ${email}, has_account: false, already exists.`)
  return change(held, add(held, email, now), rest, now)
}
const updateCustomer = (held: Shop, id: string, body: unknown, now: number): SandboxReply => {
  const owner = held.customers.find((found) => found.id === id)
  const given = update.safeParse(body)
  if (!given.success) return invalid(given.error)
  return owner ? change(held, owner, given.data, now) : unknown(id)
}
/** Moves leave the time of change as it is. */
const moveCustomer = (held: Shop, id: string, body: unknown): SandboxReply => {
  const owner = held.customers.find((found) => found.id === id)
  const wanted = move.parse(body)
  const ghost = wanted.add.find((group) => !held.groups.some((found) => found.id === group))
  if (!owner) return unknown(id)
  if (ghost) return refuse(404, 'not_found', `You tried to set relationship customer_group_id: ${ghost}`)
  owner.groups = [...new Set([...owner.groups, ...wanted.add])].filter((group) => !wanted.remove.includes(group)).sort()
  return ok({ customer: shown(held, owner) })
}
const deleteCustomer = (held: Shop, id: string): SandboxReply => {
  held.customers = held.customers.filter((found) => found.id !== id)
  return ok({ id, object: 'customer', deleted: true })
}
const createGroup = (held: Shop, body: unknown): SandboxReply => {
  const { name } = z.strictObject({ name: z.string() }).parse(body)
  if (held.groups.some((found) => found.name === name))
    return refuse(400, 'invalid_data', `Customer group with name: ${name}, already exists.`)
  return ok({ customer_group: groupNamed(held, name) })
}

const listIn = (query: URLSearchParams, name: string): readonly string[] | null => {
  const values = [...query].filter(([key]) => key.startsWith(`${name}[`)).map(([, value]) => value)
  return values.length > 0 ? values : null
}
type Item = { readonly id: string; readonly name?: string; readonly email?: string; readonly updated_at?: string }
const known = /^(fields|limit|offset|order|q|(id|email|name)\[\d+\]|updated_at\[\$gte\])$/
const listed = <T extends Item>(all: readonly T[], query: URLSearchParams) => {
  const [since, words] = [query.get('updated_at[$gte]') ?? '', query.get('q')?.toLowerCase() ?? '']
  const [id, email, name] = ['id', 'email', 'name'].map((key) => listIn(query, key))
  const key = query.get('order') === 'updated_at' ? 'updated_at' : 'id'
  const rank = (item: T) => `${item[key] ?? ''} ${item.id}`
  const from = Number(query.get('offset') ?? 0)
  return all
    .filter((item) => id?.includes(item.id) ?? true)
    .filter((item) => email?.includes(item.email ?? '') ?? true)
    .filter((item) => name?.includes(item.name ?? '') ?? true)
    .filter((item) => (item.updated_at ?? '') >= since && (item.email ?? '').toLowerCase().includes(words))
    .sort((a, b) => (rank(a) < rank(b) ? -1 : 1))
    .slice(from, from + Number(query.get('limit') ?? 50))
}
const promotion = {
  id: idOf('promo', 'COMEBACK'),
  code: 'COMEBACK',
  status: 'active',
  is_automatic: true,
  updated_at: '2026-01-02T10:00:00.000Z',
  rules: [{ attribute: 'customer.groups.id', operator: 'in', values: [{ value: 'cusgroup_1' }] }],
  application_method: { type: 'percentage', value: 10, currency_code: 'eur' },
}
const list = (held: Shop, path: string, query: URLSearchParams): SandboxReply | null => {
  const lists: Readonly<Record<string, () => unknown>> = {
    '/admin/stores': () => ({ stores: [{ id: idOf('store', held.store), name: held.store }] }),
    '/admin/customers': () => ({ customers: listed(held.customers, query).map((found) => shown(held, found)) }),
    '/admin/customer-groups': () => ({ customer_groups: listed(held.groups, query) }),
    '/admin/orders': () => ({ orders: listed(held.orders, query).map((found) => shownOrder(held, found)) }),
    '/admin/promotions': () => ({ promotions: listed([promotion], query) }),
  }
  const strange = [...query.keys()].find((name) => !known.test(name))
  if (strange) return refuse(400, 'invalid_data', `Invalid request: Unrecognized fields: '${strange}'`)
  const found = lists[path]
  return found ? ok(found()) : null
}

/** Answers as Medusa's Admin API does, as far as the connector uses it. */
export const answer = (held: Shop, { method, path, body }: SandboxRequest, now: number): SandboxReply => {
  const { pathname, searchParams } = new URL(path, 'http://sandbox.invalid')
  const [, id = '', rest = ''] = /^\/admin\/customers\/([^/]+)(\/customer-groups)?$/.exec(pathname) ?? []
  const noRoute = refuse(404, 'not_found', `Cannot ${method} ${pathname}`)
  if (method === 'GET') return list(held, pathname, searchParams) ?? noRoute
  if (method === 'DELETE' && id) return deleteCustomer(held, id)
  if (pathname === '/admin/customers') return createCustomer(held, body, now)
  if (pathname === '/admin/customer-groups') return createGroup(held, body)
  if (rest) return moveCustomer(held, id, body)
  return id ? updateCustomer(held, id, body, now) : noRoute
}
