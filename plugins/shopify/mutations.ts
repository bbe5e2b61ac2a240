import type { Document } from './api.ts'

export interface Mutation {
  readonly alias: string
  readonly name: string
  readonly args: Readonly<Record<string, { readonly type: string; readonly value: unknown }>>
  readonly answer: string
}
const mutationCost = 10
/** How many may go together: a document may cost 1000 at most. */
export const mutationsAtOnce = 50

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
    cost: mutations.length * mutationCost,
  }
}

const id = (value: string) => ({ type: 'ID!', value })
const errors = 'userErrors { field message code }'
const plainErrors = 'userErrors { field message }'

/** Makes the customer with this address or changes the one with this id; what is not named stays. */
export const setCustomer = (
  alias: string,
  identifier: { readonly id: string } | { readonly email: string },
  input: Readonly<Record<string, unknown>>,
): Mutation => ({
  alias,
  name: 'customerSet',
  args: {
    identifier: { type: 'CustomerSetIdentifiers!', value: identifier },
    input: { type: 'CustomerSetInput!', value: input },
  },
  answer: `customer { id } ${errors}`,
})
export const moveTags = (
  alias: string,
  name: 'tagsAdd' | 'tagsRemove',
  owner: string,
  tags: readonly string[],
): Mutation => ({
  alias,
  name,
  args: { id: id(owner), tags: { type: '[String!]!', value: tags } },
  answer: `node { ... on Customer { id tags } } ${plainErrors}`,
})

/** One metafield of one customer. */
export interface Place {
  readonly ownerId: string
  readonly namespace: string
  readonly key: string
}
/** All or none of them: where one is refused, none is set. */
export const setMetafields = (metafields: readonly (Place & { readonly value: string })[]): Mutation => ({
  alias: 'written',
  name: 'metafieldsSet',
  args: { metafields: { type: '[MetafieldsSetInput!]!', value: metafields } },
  answer:
    'metafields { namespace key owner { ... on Customer { id } } } userErrors { field message code elementIndex }',
})
export const deleteMetafields = (metafields: readonly Place[]): Mutation => ({
  alias: 'written',
  name: 'metafieldsDelete',
  args: { metafields: { type: '[MetafieldIdentifierInput!]!', value: metafields } },
  answer: `deletedMetafields { namespace key ownerId } ${plainErrors}`,
})

export const deleteCustomer = (alias: string, customer: string): Mutation => ({
  alias,
  name: 'customerDelete',
  args: { input: { type: 'CustomerDeleteInput!', value: { id: customer } } },
  answer: `deletedCustomerId ${plainErrors}`,
})
export const requestErasure = (alias: string, customer: string): Mutation => ({
  alias,
  name: 'customerRequestDataErasure',
  args: { customerId: id(customer) },
  answer: `customerId ${errors}`,
})

export const createDefinition = (alias: string, definition: Readonly<Record<string, unknown>>): Mutation => ({
  alias,
  name: 'metafieldDefinitionCreate',
  args: { definition: { type: 'MetafieldDefinitionInput!', value: definition } },
  answer: `createdDefinition { id } ${errors}`,
})
export const subscribe = (alias: string, topic: string, uri: string): Mutation => ({
  alias,
  name: 'webhookSubscriptionCreate',
  args: {
    topic: { type: 'WebhookSubscriptionTopic!', value: topic },
    webhookSubscription: { type: 'WebhookSubscriptionInput!', value: { uri, format: 'JSON' } },
  },
  answer: `webhookSubscription { id } ${plainErrors}`,
})
