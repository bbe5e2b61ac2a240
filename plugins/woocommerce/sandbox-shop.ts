import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SandboxContact, SandboxOrder } from '../../core/contract/sandbox.ts'

const meta = z.object({ id: z.number(), key: z.string(), value: z.string() })
const account = z.object({
  id: z.number(),
  email: z.string(),
  username: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  phone: z.string(),
  role: z.string(),
  date_created_gmt: z.string(),
  date_modified_gmt: z.string(),
  meta_data: z.array(meta),
})
const line = z.object({ sku: z.string(), name: z.string(), price: z.number(), quantity: z.number() })
const order = z.object({
  id: z.number(),
  number: z.string(),
  status: z.string(),
  customer_id: z.number(),
  email: z.string(),
  date_created_gmt: z.string(),
  date_modified_gmt: z.string(),
  lines: z.array(line),
})
const hook = z.object({ id: z.number(), topic: z.string(), delivery_url: z.string(), status: z.string() })
export const shop = z.object({
  url: z.string(),
  nextId: z.number(),
  accounts: z.array(account),
  orders: z.array(order),
  webhooks: z.array(hook),
})
export type Shop = z.output<typeof shop>
export type Account = z.output<typeof account>
export type ShopOrder = z.output<typeof order>

/** Times in GMT, in whole seconds, without saying so. */
export const gmt = (ms: number): string => new Date(ms).toISOString().slice(0, 19)
export const nextId = (held: Shop): number => {
  held.nextId += 1
  return held.nextId - 1
}
export const byEmail = ({ accounts }: Shop, email: string): Account | undefined =>
  accounts.find((found) => found.email.toLowerCase() === email.toLowerCase())

const newAccount = (held: Shop, email: string, now: number): Account => ({
  id: nextId(held),
  email,
  username: `customer-${createHash('sha256').update(email).digest('hex').slice(0, 20)}`,
  first_name: '',
  last_name: '',
  phone: '',
  role: 'customer',
  date_created_gmt: gmt(now),
  date_modified_gmt: gmt(now),
  meta_data: [],
})
export const add = (held: Shop, email: string, now: number): Account => {
  const made = newAccount(held, email, now)
  held.accounts.push(made)
  return made
}
/** The shop starts with whoever runs it. */
export const emptyShop = (name: string): Shop => {
  const held: Shop = { url: `https://${name}.sandbox.example`, nextId: 1, accounts: [], orders: [], webhooks: [] }
  add(held, 'owner@sandbox.example', 0).role = 'administrator'
  return held
}

/** By its key; `null` removes it. Everything is kept as the text that PHP makes of it. */
export const setMeta = (held: Shop, owner: Account, key: string, value: unknown) => {
  const others = owner.meta_data.filter((found) => found.key !== key)
  const id = owner.meta_data.find((found) => found.key === key)?.id ?? nextId(held)
  const text = value === true ? '1' : value === false ? '' : String(value)
  owner.meta_data = value === null ? others : [...others, { id, key, value: text }]
}

export const seed = (held: Shop, { email, firstName, lastName, fields }: SandboxContact, now: number) => {
  const owner = byEmail(held, email) ?? add(held, email, now)
  owner.first_name = firstName ?? owner.first_name
  owner.last_name = lastName ?? owner.last_name
  for (const [name, value] of Object.entries(fields))
    if (name === 'billing_phone') owner.phone = String(value ?? '')
    else setMeta(held, owner, name, value === '' ? null : value)
}
export const place = (held: Shop, { email, code, at, lines }: SandboxOrder) => {
  const time = gmt(Date.parse(at))
  held.orders.push({
    id: nextId(held),
    number: code,
    status: 'processing',
    customer_id: byEmail(held, email)?.id ?? 0,
    email,
    date_created_gmt: time,
    date_modified_gmt: time,
    lines: lines.map(({ sku, name, price, quantity }) => ({ sku, name, price, quantity })),
  })
}

/** What a person sees of a customer in the shop's administration. */
export const seen = ({ email, first_name, last_name, phone, meta_data }: Account): SandboxContact => ({
  email,
  firstName: first_name || undefined,
  lastName: last_name || undefined,
  fields: Object.fromEntries([
    ...(phone ? [['billing_phone', phone] as const] : []),
    ...meta_data
      .filter(({ key, value }) => key !== 'leitstern_types' && value !== '')
      .map(({ key, value }) => [key, value] as const),
  ]),
  memberships: [],
})
