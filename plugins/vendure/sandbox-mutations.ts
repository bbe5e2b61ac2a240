import { z } from 'zod'
import { GraphqlError } from '../../core/contract/sandbox-graphql.ts'
import { fieldValue } from '../../core/contract/value.ts'
import { altered, customerOf, newCustomer, newGroup, normal, type Shop, type ShopCustomer } from './sandbox-shop.ts'

export type Args = Readonly<Record<string, unknown>>
export type Resolvers = Readonly<Record<string, (held: Shop, args: Args, now: number) => unknown>>

/** A user account has it, but no customer of this channel: Vendure creates none then (its customer.service.ts). */
export const takenAddress = 'taken@example.test'

const ids = z.array(z.string())
const values = z.strictObject({
  firstName: z.string().exactOptional(),
  lastName: z.string().exactOptional(),
  title: z.string().nullable().exactOptional(),
  phoneNumber: z.string().nullable().exactOptional(),
  customFields: z.record(z.string(), fieldValue).exactOptional(),
})
const creation = values.extend({ emailAddress: z.string(), firstName: z.string(), lastName: z.string() })
const update = values.extend({ id: z.string() })
const named = z.object({ name: z.string() })
const declarations = z.array(z.object({ name: z.string(), type: z.string(), label: z.string() }))

const conflict = {
  __typename: 'EmailAddressConflictError',
  __is: ['ErrorResult'],
  errorCode: 'EMAIL_ADDRESS_CONFLICT_ERROR',
  message: 'The email address is not available.',
}
const known = <T>(found: T | undefined, type: string, id: unknown): T => {
  if (found !== undefined) return found
  throw new GraphqlError('ENTITY_NOT_FOUND', `No ${type} with the id "${id}" could be found`)
}
const keep = (held: Shop, after: ShopCustomer) => {
  held.customers[after.id] = after
  return { __typename: 'Customer', id: after.id }
}
const regroup = (held: Shop, args: Args, change: (groups: readonly string[], group: string) => readonly string[]) => {
  const id = args.customerGroupId
  const group = known(
    held.groups.find((found) => found.id === id),
    'CustomerGroup',
    id,
  )
  const members = ids.parse(args.customerIds).flatMap((member) => held.customers[member] ?? [])
  const after = members.map((member) => ({ ...member, groups: [...change(member.groups, group.id)].sort() }))
  for (const member of after) keep(held, member)
  return group
}

/** Mutations of the Admin API, and one that Vendure has not and a plugin of the shop may have. */
export const mutations: Resolvers = {
  createCustomer(held, args, now) {
    const { emailAddress, ...given } = creation.parse(args.input)
    if (normal(emailAddress) === takenAddress || customerOf(held, emailAddress)) return conflict
    return keep(held, altered(newCustomer(emailAddress, now), given, now))
  },
  updateCustomer(held, args, now) {
    const { id, ...given } = update.parse(args.input)
    return keep(held, altered(known(held.customers[id], 'Customer', id), given, now))
  },
  deleteCustomer(held, args) {
    const { id } = known(held.customers[String(args.id)], 'Customer', args.id)
    delete held.customers[id]
    return { result: 'DELETED', message: null }
  },
  createCustomerGroup(held, args) {
    const group = newGroup(named.parse(args.input).name)
    held.groups.push(group)
    return group
  },
  addCustomersToGroup: (held, args) => regroup(held, args, (groups, group) => [...new Set([...groups, group])]),
  removeCustomersFromGroup: (held, args) =>
    regroup(held, args, (groups, group) => {
      if (groups.includes(group)) return groups.filter((id) => id !== group)
      throw new GraphqlError('USER_INPUT_ERROR', 'Customer does not belong to this CustomerGroup')
    }),
  leitsternDeclareCustomerFields(held, args) {
    const fields = declarations.parse(args.fields)
    held.fields.push(...fields)
    return fields
  },
}
