import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import type { ToolField } from '../../core/contract/connector.ts'
import { ask } from './api.ts'
import { affordable, customerCost, customersOf, definitions } from './documents.ts'
import { type Customer, customer } from './map.ts'
import { type Definition, definitionPage, fieldsFrom, isStandard, keyOf } from './metafield.ts'
import type { Wire } from './settings.ts'

export const lookUpFields = async (ctx: Wire): Promise<readonly ToolField[]> => {
  const found: Definition[] = []
  for (let after: string | null = null; ; ) {
    const { metafieldDefinitions }: z.output<typeof definitionPage> = await ask(
      ctx,
      'reading the metafield definitions of customers',
      definitions(after),
      definitionPage,
    )
    found.push(...metafieldDefinitions.nodes)
    after = metafieldDefinitions.pageInfo.endCursor ?? null
    if (!metafieldDefinitions.pageInfo.hasNextPage || after === null) break
  }
  return fieldsFrom(found, ctx.settings.namespace)
}
/** The metafields among these fields, as `namespace.key`. */
export const keysOf = ({ settings: { namespace } }: Wire, names: readonly string[]): readonly string[] =>
  names
    .filter((name) => !isStandard(name))
    .map((name) => keyOf(name, namespace))
    .map((key) => `${key.namespace}.${key.key}`)

const byAlias = z.record(z.string(), customer.nullish())
const lookUpSome = async (ctx: Wire, contacts: readonly Contact[], keys: readonly string[]) => {
  const emails = contacts.map(({ key }) => key.value.toLowerCase())
  const found = await ask(ctx, `looking up ${emails.length} customers`, customersOf(emails, keys), byAlias)
  return contacts.flatMap(({ id }, index) => {
    const hit = found[`c${index}`]
    return hit ? [[id, hit] as const] : []
  })
}

/** By the contact's id; those whom the shop does not know are absent. `names` are the fields to bring along. */
export const lookUpCustomers = async (
  ctx: Wire,
  contacts: readonly Contact[],
  names: readonly string[] = [],
): Promise<ReadonlyMap<string, Customer>> => {
  const keys = keysOf(ctx, names)
  const size = affordable(customerCost(keys.length))
  const found: (readonly [string, Customer])[] = []
  for (let from = 0; from < contacts.length; from += size)
    found.push(...(await lookUpSome(ctx, contacts.slice(from, from + size), keys)))
  return new Map(found)
}
