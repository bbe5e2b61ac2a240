import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import { type Customer, customer } from './customer.ts'
import type { Wire } from './settings.ts'

/** The most that WooCommerce shows on a page. */
export const pageSize = 100

/** One page of customers. Without `role: 'all'` only those of that role are shown. */
export const customersBy = async ({ http }: Wire, query: Readonly<Record<string, string | number>>) => {
  const all = { per_page: pageSize, ...query }
  return (await http({ method: 'GET', path: '/customers', query: all, reply: z.array(customer) })).body
}
const refusal = z.looseObject({ code: z.literal('rest_invalid_param') }).transform((): readonly Customer[] => [])
/** An address that is none is refused, and so nobody has it. */
const customersWith = async ({ http }: Wire, email: string): Promise<readonly Customer[]> => {
  const query = { email, role: 'all', per_page: pageSize }
  const reply = z.union([z.array(customer), refusal])
  return (await http({ method: 'GET', path: '/customers', query, accept: [400], reply })).body
}

const isOf = ({ key }: Contact, { email }: Customer) => email.toLowerCase() === key.value.toLowerCase()

/**
 * Customers by the contacts' ids. A remote id only shortens the way: the address must be the contact's own, so that a stale id
 * never leads to another person.
 */
export const find = async (ctx: Wire, contacts: readonly Contact[]): Promise<ReadonlyMap<string, Customer>> => {
  const ids = contacts.flatMap(({ remoteId = '' }) => (/^\d+$/.test(remoteId) ? [remoteId] : []))
  const known = ids.length > 0 ? await customersBy(ctx, { include: ids.join(','), role: 'all' }) : []
  const findOne = async (contact: Contact) => {
    const near = known.find((found) => isOf(contact, found))
    const hits = near ? [near] : await customersWith(ctx, contact.key.value)
    const hit = hits.find((found) => isOf(contact, found))
    return hit ? [[contact.id, hit] as const] : []
  }
  return new Map((await Promise.all(contacts.map(findOne))).flat())
}
