import type { Contact } from '../../core/contract/change.ts'
import { ask } from './api.ts'
import { customersOf, customersWithIds, customFields, groupsNamed } from './documents.ts'
import { fieldsFrom, serverConfig } from './field.ts'
import { type Customer, customerPage, groupPage } from './map.ts'
import type { Wire } from './settings.ts'

export const lookUpFields = async (ctx: Wire) =>
  fieldsFrom(await ask(ctx, 'reading the custom fields of customers', customFields, serverConfig))

/**
 * By the contact's id; those whom Vendure does not know are absent. `custom` names the custom fields to bring along.
 */
export const lookUpCustomers = async (
  ctx: Wire,
  contacts: readonly Contact[],
  custom: readonly string[] = [],
): Promise<ReadonlyMap<string, Customer>> => {
  const what = `looking up ${contacts.length} customers`
  const { items } = (await ask(ctx, what, customersOf(contacts, custom), customerPage)).customers
  const byEmail = new Map(items.map((item) => [item.emailAddress.toLowerCase(), item]))
  const found = contacts.map(({ id, key }) => [id, byEmail.get(key.value.toLowerCase())] as const)
  return new Map(found.flatMap(([id, customer]) => (customer ? [[id, customer] as const] : [])))
}

/**
 * Who of these is still there, by Vendure's ids. It only marks customers as deleted, and their orders go on showing them
 * with name and address.
 */
export const lookUpPresent = async (ctx: Wire, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  if (ids.length === 0) return new Set()
  const wanted = customersWithIds([...new Set(ids)])
  const { customers } = await ask(ctx, 'looking up the customers of orders', wanted, customerPage)
  return new Set(customers.items.map(({ id }) => id))
}

/** Ids by name. Of several groups of one name, the oldest. */
export const lookUpGroups = async (ctx: Wire, names: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  if (names.length === 0) return new Map()
  const { items } = (await ask(ctx, 'looking up customer groups', groupsNamed(names), groupPage)).customerGroups
  return new Map(items.map(({ id, name }) => [name, id] as const).reverse())
}
