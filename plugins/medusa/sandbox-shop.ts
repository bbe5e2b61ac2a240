import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SandboxContact, SandboxOrder } from '../../core/contract/sandbox.ts'
import { fieldValue } from '../../core/contract/value.ts'

const customer = z.object({
  id: z.string(),
  email: z.string(),
  first_name: z.string().nullable(),
  last_name: z.string().nullable(),
  company_name: z.string().nullable(),
  phone: z.string().nullable(),
  has_account: z.boolean(),
  updated_at: z.string(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
  groups: z.array(z.string()),
})
const item = z.object({ title: z.string(), variant_sku: z.string(), unit_price: z.number(), quantity: z.number() })
const order = z.object({
  id: z.string(),
  custom_display_id: z.string(),
  email: z.string(),
  customer: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  canceled_at: z.string().nullable(),
  items: z.array(item),
})
export const shop = z.object({
  store: z.string(),
  customers: z.array(customer),
  groups: z.array(z.object({ id: z.string(), name: z.string() })),
  orders: z.array(order),
})
export type Shop = z.output<typeof shop>
export type ShopCustomer = z.output<typeof customer>
export type ShopOrder = z.output<typeof order>

/** An id that follows from the name: nothing stays behind of what is deleted, not even a counter. */
export const idOf = (prefix: string, name: string): string =>
  `${prefix}_${createHash('sha256').update(name).digest('hex').slice(0, 26).toUpperCase()}`
const iso = (ms: number) => new Date(ms).toISOString()

/** Addresses are kept and told apart as they were written. */
export const customerOf = ({ customers }: Shop, email: string): ShopCustomer | undefined =>
  customers.find((found) => found.email === email)
export const add = (held: Shop, email: string, now: number): ShopCustomer => {
  const names = { first_name: null, last_name: null, company_name: null, phone: null }
  const own = { id: idOf('cus', email), email, has_account: false, updated_at: iso(now), metadata: null, groups: [] }
  const made = { ...own, ...names }
  held.customers.push(made)
  return made
}
/** Merged into what is there: an empty text removes a key, null stays as null. */
export const merged = (before: ShopCustomer['metadata'], given: Readonly<Record<string, unknown>>) => {
  const all = Object.entries({ ...before, ...given }).filter(([name]) => given[name] !== '')
  return Object.fromEntries(all)
}
const standard = ['company_name', 'phone'] as const
export const seed = (held: Shop, { email, firstName, lastName, fields, memberships }: SandboxContact, now: number) => {
  const known = held.customers.find((found) => found.email.toLowerCase() === email.toLowerCase())
  const owner = known ?? add(held, email, now)
  const { company_name = null, phone = null, ...free } = fields
  const text = (value: unknown) => (value === null ? null : String(value))
  Object.assign(owner, {
    first_name: firstName ?? owner.first_name,
    last_name: lastName ?? owner.last_name,
    company_name: text(company_name) ?? owner.company_name,
    phone: text(phone) ?? owner.phone,
    metadata: merged(owner.metadata, free),
    updated_at: iso(now),
    groups: memberships.map((membership) => groupNamed(held, membership.replace(/^group\//, '')).id),
  })
}
export const groupNamed = (held: Shop, name: string) => {
  const known = held.groups.find((found) => found.name === name)
  const found = known ?? { id: idOf('cusgroup', name), name }
  if (!known) held.groups.push(found)
  return found
}
export const place = (held: Shop, { email, code, at, lines }: SandboxOrder, now: number) => {
  const buyer = customerOf(held, email) ?? add(held, email, now)
  held.orders.push({
    id: idOf('order', code),
    custom_display_id: code,
    email,
    customer: buyer.id,
    created_at: at,
    updated_at: at,
    canceled_at: null,
    items: lines.map(({ sku, name, price, quantity }) => ({
      title: name,
      variant_sku: sku,
      unit_price: price,
      quantity,
    })),
  })
}

/** What a person sees of a customer in the shop's administration. */
export const seen = ({ groups }: Shop, found: ShopCustomer): SandboxContact => {
  const own = standard.map((name) => [name, found[name]] as const)
  const free = Object.entries(found.metadata ?? {}).map(([name, value]) => [name, fieldValue.parse(value)] as const)
  return {
    email: found.email,
    firstName: found.first_name ?? undefined,
    lastName: found.last_name ?? undefined,
    fields: Object.fromEntries([...own, ...free].filter(([, value]) => value !== null)),
    memberships: groups
      .filter(({ id }) => found.groups.includes(id))
      .map(({ name }) => `group/${name}`)
      .sort(),
  }
}
