import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SandboxContact, SandboxOrder } from '../../core/contract/sandbox.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { isStandard, keyOf, nameOf, typeFor } from './metafield.ts'

const definition = z.object({ namespace: z.string(), key: z.string(), name: z.string(), type: z.string() })
const customer = z.object({
  id: z.string(),
  email: z.string().nullable(),
  updatedAt: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  phone: z.string().nullable(),
  note: z.string().nullable(),
  marketingState: z.string(),
  tags: z.array(z.string()),
  /** By `namespace.key`; a metafield keeps the type that it was set under. */
  metafields: z.record(z.string(), z.object({ type: z.string(), value: z.string() })),
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
  name: z.string(),
  email: z.string().nullable(),
  customerId: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  cancelledAt: z.string().nullable(),
  lines: z.array(line),
})
/** What the shop holds. Customers and orders by id. */
export const shop = z.object({
  domain: z.string(),
  definitions: z.array(definition),
  customers: z.record(z.string(), customer),
  orders: z.record(z.string(), order),
  subscriptions: z.array(z.object({ id: z.string(), topic: z.string(), uri: z.string() })),
})
export type Shop = z.output<typeof shop>
export type ShopCustomer = z.output<typeof customer>
export type ShopOrder = z.output<typeof order>
export type ShopDefinition = z.output<typeof definition>

const namespace = 'leitstern'

/** An id that follows from the name: nothing stays behind of what is deleted, not even a counter. */
export const numberOf = (kind: string, name: string): number =>
  Number.parseInt(createHash('sha256').update(`${kind} ${name}`).digest('hex').slice(0, 10), 16)
export const gid = (kind: string, name: string): string => `gid://shopify/${kind}/${numberOf(kind, name)}`
/** Shopify keeps addresses in lower case. */
export const normal = (email: string) => email.trim().toLowerCase()
export const customerOf = ({ customers }: Shop, email: string): ShopCustomer | undefined =>
  customers[gid('Customer', normal(email))]
/** Whole seconds, without milliseconds. */
export const secondOf = (ms: number) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z')

export const newCustomer = (email: string, at: number): ShopCustomer => ({
  id: gid('Customer', normal(email)),
  email: normal(email),
  updatedAt: secondOf(at),
  firstName: null,
  lastName: null,
  phone: null,
  note: null,
  marketingState: 'NOT_SUBSCRIBED',
  tags: [],
  metafields: {},
})

const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
const typeOfValue = (value: FieldValue): string => {
  if (typeof value === 'number') return typeFor.number
  if (typeof value === 'boolean') return typeFor.boolean
  return isoTime.test(String(value)) ? typeFor.datetime : typeFor.text
}
/** Times come back with an offset, whatever they were sent with. */
export const normalised = (type: string, value: string): string =>
  type === 'date_time' ? new Date(value).toISOString().replace(/\.\d+Z$/, '+00:00') : value

const defined = (held: Shop, name: string, value: FieldValue): ShopDefinition => {
  const place = keyOf(name, namespace)
  const known = held.definitions.find((found) => found.namespace === place.namespace && found.key === place.key)
  const found = known ?? { ...place, name, type: typeOfValue(value) }
  if (!known) held.definitions.push(found)
  return found
}
const textOf = (value: FieldValue | undefined) => (value === null || value === undefined ? null : String(value))

/** A customer as somebody made one in the shop's administration, with whatever definitions that took. */
export const seed = (held: Shop, contact: SandboxContact, at: number) => {
  const before = customerOf(held, contact.email) ?? newCustomer(contact.email, at)
  const metafields = Object.entries(contact.fields)
    .filter(([name, value]) => !isStandard(name) && value !== null && value !== '')
    .map(([name, value]) => {
      const { namespace: space, key, type } = defined(held, name, value)
      return [`${space}.${key}`, { type, value: normalised(type, String(value)) }] as const
    })
  held.customers[before.id] = {
    ...before,
    updatedAt: secondOf(at),
    firstName: contact.firstName ?? before.firstName,
    lastName: contact.lastName ?? before.lastName,
    phone: textOf(contact.fields.phone) ?? before.phone,
    note: textOf(contact.fields.note) ?? before.note,
    marketingState: contact.consent === true ? 'SUBSCRIBED' : before.marketingState,
    tags: contact.memberships.map((membership) => membership.replace(/^tag\//, '')),
    metafields: { ...before.metafields, ...Object.fromEntries(metafields) },
  }
}

export const place = (held: Shop, { email, code, at, lines }: SandboxOrder, now: number) => {
  const buyer = customerOf(held, email) ?? newCustomer(email, now)
  held.customers[buyer.id] = buyer
  const id = gid('Order', code)
  const times = { createdAt: secondOf(Date.parse(at)), updatedAt: secondOf(Date.parse(at)), cancelledAt: null }
  held.orders[id] = { id, name: code, email: buyer.email, customerId: buyer.id, ...times, lines: [...lines] }
}

const plain: Readonly<Record<string, (text: string) => FieldValue>> = {
  number_decimal: Number,
  boolean: (text) => text === 'true',
}
/** What a person sees of a customer in the shop's administration. */
export const seen = ({ email, firstName, lastName, phone, note, ...rest }: ShopCustomer): SandboxContact => {
  const metafields = Object.entries(rest.metafields).map(([path, { type, value }]) => {
    const [space = '', ...key] = path.split('.')
    return [nameOf({ namespace: space, key: key.join('.') }, namespace), plain[type]?.(value) ?? value] as const
  })
  const own = Object.entries({ phone, note }).filter(([, value]) => value !== null)
  return {
    email: email ?? '',
    ...(firstName ? { firstName } : {}),
    ...(lastName ? { lastName } : {}),
    fields: Object.fromEntries([...own, ...metafields]),
    memberships: rest.tags.map((tag) => `tag/${tag}`).sort(),
    consent: rest.marketingState === 'SUBSCRIBED',
  }
}
