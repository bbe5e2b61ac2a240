import { z } from 'zod'
import { isPossible } from './metafield.ts'
import type { Resolvers } from './sandbox-queries.ts'
import { customerOf, gid, newCustomer, normalised, type Shop, type ShopCustomer, secondOf } from './sandbox-shop.ts'

const refused = (message: string, field: readonly string[], code: string, elementIndex?: number) => ({
  message,
  field,
  code,
  elementIndex: elementIndex ?? null,
})
const isAddress = (email: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)
const keep = (held: Shop, after: ShopCustomer, now: number) => {
  const before = held.customers[after.id]
  const isSame = JSON.stringify(before) === JSON.stringify(after)
  held.customers[after.id] = isSame ? after : { ...after, updatedAt: secondOf(now) }
}

const input = z.strictObject({
  email: z.string().exactOptional(),
  firstName: z.string().nullable().exactOptional(),
  lastName: z.string().nullable().exactOptional(),
  phone: z.string().nullable().exactOptional(),
  note: z.string().nullable().exactOptional(),
})
const identifier = z.union([z.strictObject({ id: z.string() }), z.strictObject({ email: z.string() })])

const takes: Readonly<Record<string, (value: string) => boolean>> = {
  single_line_text_field: (value) => !value.includes('\n'),
  multi_line_text_field: () => true,
  // At most nine digits after the point.
  number_decimal: (value) => /^-?\d{1,13}(\.\d{1,9})?$/.test(value),
  number_integer: (value) => /^-?\d+$/.test(value),
  boolean: (value) => value === 'true' || value === 'false',
  date_time: (value) => !Number.isNaN(Date.parse(value)),
  url: (value) => /^(https?|mailto|sms|tel):/.test(value),
}
const place = z.object({ ownerId: z.string(), namespace: z.string(), key: z.string() })
const write = place.extend({ value: z.string() })
type Write = z.output<typeof write>

const typeOf = ({ definitions }: Shop, { namespace, key }: Write) =>
  definitions.find((found) => found.namespace === namespace && found.key === key)?.type
const problemOf = (held: Shop, wanted: Write, index: number) => {
  const at = ['metafields', String(index)]
  const type = typeOf(held, wanted)
  if (!held.customers[wanted.ownerId]) return refused('Owner does not exist.', [...at, 'ownerId'], 'INVALID', index)
  if (type === undefined) return refused("Type can't be blank", [...at, 'type'], 'BLANK', index)
  if (wanted.value.trim() === '') return refused("Value can't be blank.", [...at, 'value'], 'BLANK', index)
  if (takes[type]?.(wanted.value)) return null
  return refused(`Value must be a ${type}.`, [...at, 'value'], 'INVALID_VALUE', index)
}
const set = (held: Shop, wanted: Write, now: number) => {
  const { ownerId, namespace, key, value } = wanted
  const owner = held.customers[ownerId]
  const type = typeOf(held, wanted) ?? ''
  const metafield = { type, value: normalised(type, value) }
  if (owner) keep(held, { ...owner, metafields: { ...owner.metafields, [`${namespace}.${key}`]: metafield } }, now)
  return { namespace, key, owner: { __typename: 'Customer', id: ownerId } }
}
const tagged = (held: Shop, id: unknown, now: number, change: (tags: readonly string[]) => readonly string[]) => {
  const owner = held.customers[String(id)]
  if (!owner) return { node: null, userErrors: [refused('Resource does not exist', ['id'], 'NOT_FOUND')] }
  const tags = [...change(owner.tags)].sort()
  keep(held, { ...owner, tags }, now)
  return { node: { __typename: 'Customer', id: owner.id, tags }, userErrors: [] }
}
/** A comma parts one tag from the next. */
const tagsIn = (value: unknown) =>
  z
    .array(z.string())
    .parse(value)
    .flatMap((text) => text.split(',').map((tag) => tag.trim()))
const isOneOf = (tags: readonly string[]) => (tag: string) =>
  tags.some((known) => known.toLowerCase() === tag.toLowerCase())

const definition = z.strictObject({
  name: z.string(),
  namespace: z.string(),
  key: z.string(),
  type: z.string(),
  ownerType: z.literal('CUSTOMER'),
})

/** Mutations of the Admin API. */
export const mutations: Resolvers = {
  customerSet(held, args, now) {
    const found = identifier.parse(args.identifier)
    const { email, ...given } = input.parse(args.input)
    const wanted = 'email' in found ? found.email : (email ?? '')
    if ('email' in found && !isAddress(wanted))
      return { customer: null, userErrors: [refused('Email is invalid', ['input', 'email'], 'INVALID')] }
    const before = 'id' in found ? held.customers[found.id] : (customerOf(held, wanted) ?? newCustomer(wanted, now))
    if (!before)
      return { customer: null, userErrors: [refused('Resource does not exist', ['identifier', 'id'], 'NOT_FOUND')] }
    keep(held, { ...before, ...given }, now)
    return { customer: { __typename: 'Customer', id: before.id }, userErrors: [] }
  },
  /** All or none. */
  metafieldsSet(held, args, now) {
    const wanted = z.array(write).parse(args.metafields)
    if (wanted.length > 25) {
      const message = 'Exceeded the maximum metafields input limit of 25.'
      return { metafields: null, userErrors: [refused(message, ['metafields'], 'LESS_THAN_OR_EQUAL_TO')] }
    }
    const userErrors = wanted.flatMap((one, index) => problemOf(held, one, index) ?? [])
    return { metafields: userErrors.length > 0 ? null : wanted.map((one) => set(held, one, now)), userErrors }
  },
  metafieldsDelete(held, args, now) {
    const deleted = z
      .array(place)
      .parse(args.metafields)
      .map(({ ownerId, namespace, key }) => {
        const owner = held.customers[ownerId]
        const { [`${namespace}.${key}`]: gone, ...metafields } = owner?.metafields ?? {}
        if (owner) keep(held, { ...owner, metafields }, now)
        return gone ? { ownerId, namespace, key } : null
      })
    return { deletedMetafields: deleted, userErrors: [] }
  },
  tagsAdd: (held, args, now) =>
    tagged(held, args.id, now, (tags) => [...tags, ...tagsIn(args.tags).filter((tag) => !isOneOf(tags)(tag))]),
  tagsRemove: (held, args, now) =>
    tagged(held, args.id, now, (tags) => tags.filter((tag) => !isOneOf(tagsIn(args.tags))(tag))),
  customerDelete(held, args) {
    const { id } = z.object({ id: z.string() }).parse(args.input)
    if (Object.values(held.orders).some(({ customerId }) => customerId === id))
      return { deletedCustomerId: null, userErrors: [refused('Customer has orders', ['id'], 'INVALID')] }
    delete held.customers[id]
    return { deletedCustomerId: id, userErrors: [] }
  },
  /** Done at once here; Shopify itself takes its time. */
  customerRequestDataErasure(held, args) {
    const id = String(args.customerId)
    delete held.customers[id]
    for (const order of Object.values(held.orders)) if (order.customerId === id) order.email = null
    return { customerId: id, userErrors: [] }
  },
  metafieldDefinitionCreate(held, args) {
    const { ownerType, ...found } = definition.parse(args.definition)
    if (!isPossible(found))
      return { createdDefinition: null, userErrors: [refused('Key is invalid', ['definition', 'key'], 'INVALID')] }
    held.definitions.push(found)
    return { createdDefinition: { id: gid('MetafieldDefinition', `${found.namespace}.${found.key}`) }, userErrors: [] }
  },
  webhookSubscriptionCreate(held, args) {
    const { uri } = z.object({ uri: z.string() }).parse(args.webhookSubscription)
    const topic = String(args.topic)
    const id = gid('WebhookSubscription', `${topic} ${uri}`)
    held.subscriptions.push({ id, topic, uri })
    return { webhookSubscription: { id }, userErrors: [] }
  },
}
