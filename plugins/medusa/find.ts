import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import { type Customer, customer, fields } from './customer.ts'
import type { Wire } from './settings.ts'

/** Of a list. More is allowed, and takes a server long. */
export const pageSize = 100
/** So many values of one name in an address are read as a list by every version of the server's parser. */
export const mostInList = 20

/** Several values of one parameter: `id[0]=…&id[1]=…`. */
export const listOf = (name: string, values: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(values.map((value, index) => [`${name}[${index}]`, value]))

const customers = z.object({ customers: z.array(customer) })
export const customersBy = async ({ http }: Wire, query: Readonly<Record<string, string | number>>) => {
  const all = { fields, limit: pageSize, ...query }
  return (await http({ method: 'GET', path: '/admin/customers', query: all, reply: customers })).body.customers
}

const isOf =
  ({ key }: Contact) =>
  ({ email }: Customer) =>
    email?.toLowerCase() === key.value.toLowerCase()

/** Everybody with this address in whatever letters. Searching finds parts of it too, so that the right one may be pages away. */
const search = async (ctx: Wire, contact: Contact): Promise<readonly Customer[]> => {
  const hits: Customer[] = []
  for (let offset = 0; ; offset += pageSize) {
    const page = await customersBy(ctx, { q: contact.key.value, offset, order: 'id' })
    hits.push(...page.filter(isOf(contact)))
    if (page.length < pageSize) return hits
  }
}

/** A person may have an account, and be a guest under the same address, too: then the account counts. */
const chosenOf = (found: readonly Customer[]): Customer | undefined =>
  found.find(({ has_account }) => has_account === true) ?? found[0]

/** By the contact's id, all who go by its address. Medusa tells addresses of other letters apart, and we do not. */
export const findAll = async (ctx: Wire, contacts: readonly Contact[]) => {
  const entries = contacts.map(async (contact) => [contact.id, await search(ctx, contact)] as const)
  return new Map(await Promise.all(entries))
}
/** By the contact's id, the one who counts; those whom Medusa does not know are absent. */
export const find = async (ctx: Wire, contacts: readonly Contact[]): Promise<ReadonlyMap<string, Customer>> => {
  const near: Customer[] = []
  for (let from = 0; from < contacts.length; from += mostInList) {
    const emails = contacts.slice(from, from + mostInList).map(({ key }) => key.value)
    near.push(...(await customersBy(ctx, listOf('email', emails))))
  }
  const exact = (contact: Contact) => near.filter(isOf(contact))
  const far = await findAll(
    ctx,
    contacts.filter((contact) => exact(contact).length === 0),
  )
  const chosen = contacts.map((contact) => [contact.id, chosenOf(far.get(contact.id) ?? exact(contact))] as const)
  return new Map(chosen.flatMap(([id, found]) => (found ? [[id, found] as const] : [])))
}
