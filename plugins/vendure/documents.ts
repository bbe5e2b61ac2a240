import type { Contact } from '../../core/contract/change.ts'
import type { Document } from './api.ts'

/** Vendure's default for the largest page is 1000 (apiOptions.adminListQueryLimit). */
export const pageSize = 100

const customer = (custom: readonly string[]) =>
  `id emailAddress updatedAt firstName lastName title phoneNumber groups { id name }
  ${custom.length > 0 ? `customFields { ${custom.join(' ')} }` : ''}`

export const channel: Document = { query: '{ activeChannel { id code token } }' }

/** Not by introspection: servers in production have that switched off. */
export const customFields: Document = {
  query: `{ globalSettings { serverConfig { entityCustomFields { entityName customFields {
    ... on CustomField { name type list readonly label { value } } } } } } }`,
}
export const mutations: Document = { query: '{ __type(name: "Mutation") { fields { name } } }' }

const customerList = (custom: readonly string[], options: unknown): Document => ({
  query: `query ($options: CustomerListOptions) { customers(options: $options) { items { ${customer(custom)} } } }`,
  variables: { options },
})

/**
 * By e-mail address alone: Vendure's database counts its ids, and counts them anew once it was restored from a backup,
 * so that an id we were told may be another customer's by now.
 */
export const customersOf = (contacts: readonly Contact[], custom: readonly string[]): Document => {
  const emails = contacts.map(({ key }) => key.value.toLowerCase())
  return customerList(custom, { filter: { emailAddress: { in: emails } }, take: 2 * contacts.length })
}

export const customersWithIds = (ids: readonly string[]): Document =>
  customerList([], { filter: { id: { in: ids } }, take: ids.length })

export const groupsNamed = (names: readonly string[]): Document => ({
  query: `query ($options: CustomerGroupListOptions) {
    customerGroups(options: $options) { items { id name } } }`,
  variables: { options: { filter: { name: { in: names } }, sort: { id: 'ASC' }, take: pageSize } },
})

/**
 * `after` in place of a lower bound: databases of second resolution keep '…:04', and the filter compares that with
 * '…:04.000', so that only a bound a millisecond earlier finds what has the very same time.
 */
const since = (at: number) => ({ after: new Date(at - 1).toISOString() })
const pageOf = (by: string, at: number, except: readonly string[], filter: object = {}) => ({
  filter: { [by]: since(at), id: { notIn: except }, ...filter },
  sort: { [by]: 'ASC', id: 'ASC' },
  take: pageSize,
})

export const customersSince = (at: number, except: readonly string[], custom: readonly string[]): Document =>
  customerList(custom, pageOf('updatedAt', at, except))

const order = `id code state updatedAt orderPlacedAt totalWithTax currencyCode customer { id emailAddress }
  lines { quantity unitPriceWithTax productVariant { sku name product { id collections { name } } } }`
const orderList = (options: unknown): Document => ({
  query: `query ($options: OrderListOptions) { orders(options: $options) { items { ${order} } } }`,
  variables: { options },
})
/**
 * By the time of placing: an order's `updatedAt` stays that of its last cart change when it is placed. What was
 * cancelled before it was seen never counts: its amounts are 0.
 */
export const ordersPlacedSince = (at: number, except: readonly string[]): Document =>
  orderList(pageOf('orderPlacedAt', at, except, { state: { notEq: 'Cancelled' } }))
export const ordersCancelledSince = (at: number, except: readonly string[]): Document =>
  orderList(pageOf('updatedAt', at, except, { state: { eq: 'Cancelled' }, orderPlacedAt: { isNull: false } }))

export interface Mutation {
  readonly alias: string
  readonly name: string
  readonly args: Readonly<Record<string, { readonly type: string; readonly value: unknown }>>
  readonly answer: string
}
/** Several mutations as one document, each with variables of its own: `input` of the alias m3 is `$m3_input`. */
export const together = (mutations: readonly Mutation[]): Document => {
  const taken = mutations.flatMap(({ alias, args }) =>
    Object.entries(args).map(([name, { type, value }]) => ({ variable: `${alias}_${name}`, type, value })),
  )
  const calls = mutations.map(({ alias, name, args, answer }) => {
    const passed = Object.keys(args).map((arg) => `${arg}: $${alias}_${arg}`)
    return `${alias}: ${name}(${passed.join(', ')}) { ${answer} }`
  })
  const declared = taken.map(({ variable, type }) => `$${variable}: ${type}`)
  return {
    query: `mutation (${declared.join(', ')}) { ${calls.join('\n')} }`,
    variables: Object.fromEntries(taken.map(({ variable, value }) => [variable, value])),
  }
}

const customerOrError = '__typename ... on Customer { id } ... on ErrorResult { errorCode message }'
export const createCustomer = (alias: string, input: object): Mutation => ({
  alias,
  name: 'createCustomer',
  args: { input: { type: 'CreateCustomerInput!', value: input } },
  answer: customerOrError,
})
export const updateCustomer = (alias: string, input: object): Mutation => ({
  alias,
  name: 'updateCustomer',
  args: { input: { type: 'UpdateCustomerInput!', value: input } },
  answer: customerOrError,
})
export const deleteCustomer = (alias: string, id: string): Mutation => ({
  alias,
  name: 'deleteCustomer',
  args: { id: { type: 'ID!', value: id } },
  answer: 'result message',
})
export const regroup = (
  alias: string,
  name: 'addCustomersToGroup' | 'removeCustomersFromGroup',
  group: string,
  customers: readonly string[],
): Mutation => ({
  alias,
  name,
  args: { customerGroupId: { type: 'ID!', value: group }, customerIds: { type: '[ID!]!', value: customers } },
  answer: 'id',
})
export const createGroup = (alias: string, name: string): Mutation => ({
  alias,
  name: 'createCustomerGroup',
  args: { input: { type: 'CreateCustomerGroupInput!', value: { name } } },
  answer: 'id',
})

/** Not of Vendure: a mutation that a plugin of the shop may offer. */
export const declareFields = (fields: readonly object[]): Document => ({
  query: `mutation ($fields: [LeitsternFieldInput!]!) { leitsternDeclareCustomerFields(fields: $fields) { name } }`,
  variables: { fields },
})
