import { z } from 'zod'
import type { Contact, Outcome, Receipt } from '../../core/contract/change.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { refusalOf, sendBatch, silence } from './batch.ts'
import { type Customer, isStaff } from './customer.ts'
import { find, pageSize } from './find.ts'
import { order } from './order.ts'
import type { Wire } from './settings.ts'

const named = z.object({ id: z.number() })

/** Every order that this query finds and that still names somebody. */
const ordersBy = async (ctx: Wire, query: Readonly<Record<string, string | number>>) => {
  const found: z.output<typeof order>[] = []
  for (let page = 1; ; page += 1) {
    const all = { ...query, per_page: pageSize, page, orderby: 'id', order: 'asc' }
    const { body } = await ctx.http({ method: 'GET', path: '/orders', query: all, reply: z.array(order) })
    found.push(...body)
    if (body.length < pageSize) return found.filter(({ billing }) => Boolean(billing?.email))
  }
}
/** Theirs by account, and those that they placed as a guest under the same address. */
const ordersOf = async (ctx: Wire, { key }: Contact, customer: Customer | undefined): Promise<readonly number[]> => {
  const email = key.value.toLowerCase()
  const own = customer ? await ordersBy(ctx, { customer: customer.id }) : []
  const found = await ordersBy(ctx, { search: email })
  const guest = found.filter(({ billing }) => billing?.email?.toLowerCase() === email)
  return [...new Set([...own, ...guest].map(({ id }) => id))]
}

const blank = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, '']))
const address = ['first_name', 'last_name', 'company', 'address_1', 'address_2', 'city', 'state', 'postcode', 'country']
/**
 * What the shop sold and for how much stays; to whom does not. Without the account: of an order that has one, WooCommerce
 * fills an empty address with the account's.
 */
const anonymous = {
  customer_id: 0,
  billing: blank([...address, 'phone', 'email']),
  shipping: blank(address),
  customer_note: '',
}
const anonymise = async (ctx: Wire, ids: readonly number[]) => {
  const { update } = await sendBatch(ctx, 'orders', { update: ids.map((id) => ({ id, ...anonymous })) }, order)
  const emptied = update.flatMap((answer) => ('done' in answer && !answer.done.billing?.email ? [answer.done.id] : []))
  const left = ids.find((id) => !emptied.includes(id))
  if (left !== undefined)
    throw new ConnectorError('transient', `erasing a customer: WooCommerce did not empty order ${left}`)
}
const anonymiseAll = async (ctx: Wire, contact: Contact, customer: Customer | undefined): Promise<number> => {
  if (ctx.settings.ordersOfErased === 'keep') return 0
  const ids = await ordersOf(ctx, contact, customer)
  for (let from = 0; from < ids.length; from += pageSize) await anonymise(ctx, ids.slice(from, from + pageSize))
  return ids.length
}

const staff: Outcome = {
  status: 'rejected',
  reason: 'this user works for the shop: an administrator must delete the account by hand',
}
const eraseOne = async (ctx: Wire, contact: Contact, customer: Customer | undefined): Promise<Outcome> => {
  if (customer && isStaff(customer)) return staff
  // Before the account: with it, WooCommerce forgets whose orders they are.
  const orders = await anonymiseAll(ctx, contact, customer)
  if (!customer) return { status: orders > 0 ? 'applied' : 'unchanged' }
  const answers = await sendBatch(ctx, 'customers', { delete: [customer.id] }, named)
  const [answer] = answers.delete
  if (!answer) return silence
  return 'failed' in answer ? refusalOf(answer.failed) : { status: 'applied', remoteId: String(customer.id) }
}

/** Deletes the accounts, and takes the persons out of their orders unless the settings say to keep these. */
export const erase = async (ctx: Wire, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const found = await find(ctx, contacts)
  const receipts: Receipt[] = []
  for (const contact of contacts)
    receipts.push({ contact: contact.id, ...(await eraseOne(ctx, contact, found.get(contact.id))) })
  return receipts
}
