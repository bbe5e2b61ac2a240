import type { Document } from './api.ts'

/** The most that a query may cost is 1000. */
const budget = 900
/** How many of something that costs this much each may be asked for at once. */
export const affordable = (each: number): number => Math.max(1, Math.floor(budget / each))

const metafields = (keys: number) =>
  keys === 0
    ? ''
    : `metafields(first: ${keys}, keys: $keys) {
  nodes { namespace key type value } }`
const customer = (keys: number) => `id updatedAt firstName lastName note tags canDelete
  defaultEmailAddress { emailAddress marketingState } defaultPhoneNumber { phoneNumber } ${metafields(keys)}`
/** Of one customer with so many metafields. */
export const customerCost = (keys: number): number => 3 + (keys === 0 ? 0 : 2 + keys)

const declared = (keys: readonly string[], more: readonly string[]) => {
  const all = [...more, ...(keys.length > 0 ? ['$keys: [String!]'] : [])]
  return all.length > 0 ? `(${all.join(', ')})` : ''
}
const withKeys = (keys: readonly string[]) => (keys.length > 0 ? { keys } : {})

export const shop: Document = { query: '{ shop { id name myshopifyDomain } }', cost: 1 }

export const definitions = (after: string | null): Document => ({
  query: `query ($after: String) { metafieldDefinitions(ownerType: CUSTOMER, first: 250, after: $after) {
    nodes { name namespace key type { name } } pageInfo { hasNextPage endCursor } } }`,
  variables: { after },
  cost: 503,
})

/** By address, each under its own alias, which is exact and sees what was just written; a search is neither. */
export const customersOf = (emails: readonly string[], keys: readonly string[]): Document => {
  const aliases = emails.map((emailAddress, index) => [`c${index}`, { emailAddress }] as const)
  const found = aliases.map(
    ([alias]) => `${alias}: customerByIdentifier(identifier: $${alias}) { ${customer(keys.length)} }`,
  )
  const variables = aliases.map(([alias]) => `$${alias}: CustomerIdentifierInput!`)
  return {
    query: `query ${declared(keys, variables)} { ${found.join('\n')} }`,
    variables: { ...Object.fromEntries(aliases), ...withKeys(keys) },
    cost: emails.length * customerCost(keys.length),
  }
}
const page = 'pageInfo { hasNextPage endCursor }'

export const customerPage = (query: string | null, after: string | null, keys: readonly string[]): Document => {
  const first = Math.min(100, affordable(customerCost(keys.length)))
  return {
    query: `query ${declared(keys, ['$query: String', '$after: String', '$first: Int!'])} {
      customers(query: $query, sortKey: UPDATED_AT, first: $first, after: $after) {
        nodes { ${customer(keys.length)} } ${page} } }`,
    variables: { query, after, first, ...withKeys(keys) },
    cost: 3 + first * customerCost(keys.length),
  }
}
export const customersById = (ids: readonly string[], keys: readonly string[]): Document => ({
  query: `query ${declared(keys, ['$ids: [ID!]!'])} { nodes(ids: $ids) { ... on Customer { ${customer(keys.length)} } } }`,
  variables: { ids, ...withKeys(keys) },
  cost: ids.length * customerCost(keys.length),
})

const line = 'sku title quantity originalUnitPriceSet { shopMoney { amount } } product { id productType }'
const lineCost = 4
/** Most orders are no longer than this; of those that are, the rest is asked for one by one. */
const linesAtOnce = 10
const order = `id name test createdAt updatedAt cancelledAt email customer { id defaultEmailAddress { emailAddress } }
  totalPriceSet { shopMoney { amount currencyCode } } lineItems(first: ${linesAtOnce}) { nodes { ${line} } ${page} }`
const orderCost = 8 + linesAtOnce * lineCost
const ordersAtOnce = affordable(orderCost)

export const orderPage = (
  query: string | null,
  sortKey: 'CREATED_AT' | 'UPDATED_AT',
  after: string | null,
): Document => ({
  query: `query ($query: String, $after: String) {
    orders(query: $query, sortKey: ${sortKey}, first: ${ordersAtOnce}, after: $after) { nodes { ${order} } ${page} } }`,
  variables: { query, after },
  cost: 3 + ordersAtOnce * orderCost,
})
export const ordersById = (ids: readonly string[]): Document => ({
  query: `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { ${order} } } }`,
  variables: { ids },
  cost: ids.length * orderCost,
})
export const linesOf = (id: string, after: string): Document => ({
  query: `query ($id: ID!, $after: String) { order(id: $id) {
    lineItems(first: 200, after: $after) { nodes { ${line} } ${page} } } }`,
  variables: { id, after },
  cost: 4 + 200 * lineCost,
})

export const subscriptions = (after: string | null): Document => ({
  query: `query ($after: String) { webhookSubscriptions(first: 100, after: $after) { nodes { topic uri } ${page} } }`,
  variables: { after },
  cost: 103,
})
