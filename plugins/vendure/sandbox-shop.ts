import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SandboxContact, SandboxOrder } from '../../core/contract/sandbox.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'

const field = z.object({ name: z.string(), type: z.string(), label: z.string() })
const group = z.object({ id: z.string(), name: z.string() })
const customer = z.object({
  id: z.string(),
  emailAddress: z.string(),
  updatedAt: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  title: z.string().nullable(),
  phoneNumber: z.string().nullable(),
  customFields: z.record(z.string(), fieldValue),
  groups: z.array(z.string()),
})
const line = z.object({
  sku: z.string(),
  name: z.string(),
  category: z.string(),
  price: z.number(),
  quantity: z.number(),
})
const order = z.object({
  id: z.string(),
  code: z.string(),
  emailAddress: z.string(),
  state: z.string(),
  updatedAt: z.string(),
  orderPlacedAt: z.string(),
  lines: z.array(line),
})
/** What the shop's database holds. Customers and orders by id. */
export const shop = z.object({
  /** Names the channel, and so the server. */
  token: z.string().default('sandbox-channel'),
  fields: z.array(field),
  groups: z.array(group),
  customers: z.record(z.string(), customer),
  orders: z.record(z.string(), order),
})
export type Shop = z.output<typeof shop>
export type ShopCustomer = z.output<typeof customer>
export type ShopOrder = z.output<typeof order>
export type ShopField = z.output<typeof field>

/** An id that follows from the name: nothing stays behind of what is deleted, not even a counter. */
export const idOf = (kind: string, name: string): string =>
  String(Number.parseInt(createHash('sha256').update(`${kind} ${name}`).digest('hex').slice(0, 10), 16))
/** Vendure's rule: trimmed, and in lower case when it looks like an address. */
export const normal = (email: string) => (email.includes('@') ? email.trim().toLowerCase() : email.trim())
export const customerOf = ({ customers }: Shop, email: string): ShopCustomer | undefined =>
  customers[idOf('customer', normal(email))]
/** Whole seconds, as databases keep `updatedAt`. */
const secondOf = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString()

export const newCustomer = (email: string, at: number): ShopCustomer => ({
  id: idOf('customer', normal(email)),
  emailAddress: normal(email),
  updatedAt: secondOf(at),
  firstName: '',
  lastName: '',
  title: null,
  phoneNumber: null,
  customFields: {},
  groups: [],
})
export const newGroup = (name: string) => ({ id: idOf('group', name), name })

type Values = Readonly<Partial<Omit<ShopCustomer, 'id' | 'emailAddress' | 'groups' | 'updatedAt'>>>
/** Puts values over a customer's own. `updatedAt` moves only when something differs: so does Vendure's. */
export const altered = (before: ShopCustomer, values: Values, at: number): ShopCustomer => {
  const after = { ...before, ...values, customFields: { ...before.customFields, ...values.customFields } }
  return JSON.stringify(before) === JSON.stringify(after) ? before : { ...after, updatedAt: secondOf(at) }
}

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
export const isTime = (value: unknown): boolean => typeof value === 'string' && isoTime.test(value)
const typeOf = (value: FieldValue): string => {
  if (typeof value === 'number') return 'float'
  if (typeof value === 'boolean') return 'boolean'
  return isTime(value) ? 'datetime' : 'text'
}
const textOf = (value: FieldValue) => (value === null ? null : String(value))

/** A customer as somebody made one in the shop's administration, with whatever fields and groups that took. */
export const seed = (held: Shop, contact: SandboxContact, at: number) => {
  const { email, firstName, lastName, memberships } = contact
  const { title, phoneNumber, ...custom } = contact.fields
  const missing = Object.entries(custom).filter(([name]) => !held.fields.some((known) => known.name === name))
  held.fields.push(...missing.map(([name, value]) => ({ name, type: typeOf(value), label: name })))
  const groups = memberships.map((membership) => newGroup(membership.replace(/^group\//, '')))
  held.groups.push(...groups.filter(({ id }) => !held.groups.some((known) => known.id === id)))
  const values = {
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
    ...(title === undefined ? {} : { title: textOf(title) }),
    ...(phoneNumber === undefined ? {} : { phoneNumber: textOf(phoneNumber) }),
    customFields: custom,
  }
  const after = altered(customerOf(held, email) ?? newCustomer(email, at), values, at)
  held.customers[after.id] = { ...after, groups: groups.map(({ id }) => id).sort() }
}

/** How long before an order is placed its cart was last changed: placing it leaves `updatedAt` where it is. */
const checkoutMs = 90_000
export const place = (held: Shop, { email, code, at, lines }: SandboxOrder, now: number) => {
  const buyer = customerOf(held, email) ?? newCustomer(email, now)
  held.customers[buyer.id] = buyer
  const id = idOf('order', code)
  held.orders[id] = {
    id,
    code,
    emailAddress: buyer.emailAddress,
    state: 'PaymentSettled',
    updatedAt: secondOf(Date.parse(at) - checkoutMs),
    orderPlacedAt: at,
    lines: [...lines],
  }
}

/** What a person sees of a customer in the shop's administration. */
export const seen = ({ groups: known }: Shop, customer: ShopCustomer): SandboxContact => {
  const { emailAddress, firstName, lastName, title, phoneNumber, customFields, groups } = customer
  const fields = Object.entries({ title, phoneNumber, ...customFields })
  const names = known.filter(({ id }) => groups.includes(id)).map(({ name }) => `group/${name}`)
  return {
    email: emailAddress,
    ...(firstName ? { firstName } : {}),
    ...(lastName ? { lastName } : {}),
    fields: Object.fromEntries(fields.filter(([, value]) => value !== null && value !== '')),
    memberships: names.sort(),
  }
}
