import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Holding, Wanted } from '../../core/contract/change.ts'
import type { EventRecord } from '../../core/contract/record.ts'
import type { Timed } from '../../core/contract/trail.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { decoded, nameOf } from './metafield.ts'

const address = z.object({ emailAddress: z.string(), marketingState: z.string().nullish() })
export const customer = z.object({
  id: z.string(),
  updatedAt: z.string(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  note: z.string().nullish(),
  tags: z.array(z.string()),
  canDelete: z.boolean(),
  defaultEmailAddress: address.nullish(),
  defaultPhoneNumber: z.object({ phoneNumber: z.string() }).nullish(),
  metafields: z
    .object({
      nodes: z.array(z.object({ namespace: z.string(), key: z.string(), type: z.string(), value: z.string() })),
    })
    .nullish(),
})
export type Customer = z.output<typeof customer>

const amount = z.object({ amount: z.coerce.number() })
export const line = z.object({
  sku: z.string().nullish(),
  title: z.string(),
  quantity: z.number(),
  originalUnitPriceSet: z.object({ shopMoney: amount }),
  product: z.object({ id: z.string(), productType: z.string().nullish() }).nullish(),
})
export const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() })
export const order = z.object({
  id: z.string(),
  name: z.string(),
  test: z.boolean(),
  createdAt: z.string(),
  updatedAt: z.string(),
  cancelledAt: z.string().nullish(),
  email: z.string().nullish(),
  customer: z.object({ id: z.string(), defaultEmailAddress: address.nullish() }).nullish(),
  totalPriceSet: z.object({ shopMoney: amount.extend({ currencyCode: z.string() }) }),
  lineItems: z.object({ nodes: z.array(line), pageInfo }),
})
export type Order = z.output<typeof order>

type Fields = Readonly<Record<string, FieldValue>>
/** Every field that was asked for by `names`, and the standard ones; empty ones are null. */
const fieldsOf = (found: Customer, own: string, names: readonly string[]): Fields => ({
  ...Object.fromEntries(names.map((name) => [name, null])),
  ...Object.fromEntries(
    (found.metafields?.nodes ?? []).map(({ type, value, ...key }) => [nameOf(key, own), decoded(value, type)]),
  ),
  firstName: found.firstName || null,
  lastName: found.lastName || null,
  phone: found.defaultPhoneNumber?.phoneNumber ?? null,
  note: found.note || null,
})
/** Shopify takes tags of other letters for the same tag. */
export const hasTag = (tags: readonly string[], name: string): boolean =>
  tags.some((tag) => tag.toLowerCase() === name.toLowerCase())

export const holdingOf = (found: Customer, own: string, wanted: Wanted): Holding => {
  const fields = fieldsOf(found, own, wanted.fields)
  return {
    remoteId: found.id,
    fields: Object.fromEntries(wanted.fields.map((name) => [name, fields[name] ?? null])),
    memberships: wanted.memberships.filter(({ name }) => hasTag(found.tags, name)),
  }
}

const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12)
const identified = (email: string | null | undefined) => (email ? [{ type: 'email', value: email }] : [])

/** With a digest in its id: two changes within one second carry the same `updatedAt`. */
export const contactRow = (found: Customer, own: string, names: readonly string[]): Timed => {
  const { id, updatedAt, defaultEmailAddress } = found
  const fields = fieldsOf(found, own, names)
  const consent = defaultEmailAddress?.marketingState ? defaultEmailAddress.marketingState === 'SUBSCRIBED' : undefined
  return {
    at: Date.parse(updatedAt),
    record: {
      kind: 'contact',
      id: `customer:${id}:${updatedAt}:${digest([defaultEmailAddress, fields])}`,
      at: updatedAt,
      identifiers: identified(defaultEmailAddress?.emailAddress),
      remoteId: id,
      fields,
      consent,
    },
  }
}

const productOf = ({ sku, title, quantity, originalUnitPriceSet, product }: z.output<typeof line>) => ({
  ...(product ? { product_id: product.id } : {}),
  ...(sku ? { sku } : {}),
  name: title,
  ...(product?.productType ? { category: product.productType } : {}),
  price: originalUnitPriceSet.shopMoney.amount,
  quantity,
})
const eventOf = ({ email, customer: buyer }: Order): Pick<EventRecord, 'kind' | 'identifiers' | 'remoteId'> => ({
  kind: 'event',
  identifiers: identified(email || buyer?.defaultEmailAddress?.emailAddress),
  remoteId: buyer?.id,
})

/**
 * One event for each order, whatever becomes of it later:
 * https://segment.com/docs/connections/spec/ecommerce/v2/#order-completed
 */
export const completedRow = (placed: Order): Timed => {
  const { name, createdAt, totalPriceSet, lineItems } = placed
  const { amount: total, currencyCode: currency } = totalPriceSet.shopMoney
  const properties = { order_id: name, revenue: total, total, currency, products: lineItems.nodes.map(productOf) }
  return {
    at: Date.parse(createdAt),
    record: { ...eventOf(placed), id: `order:${placed.id}`, at: createdAt, event: 'Order Completed', properties },
  }
}
export const cancelledRow = (cancelled: Order): Timed => {
  const { id, name, updatedAt, cancelledAt, totalPriceSet } = cancelled
  const properties = { order_id: name, currency: totalPriceSet.shopMoney.currencyCode }
  return {
    at: Date.parse(updatedAt),
    record: {
      ...eventOf(cancelled),
      id: `order:${id}:cancelled`,
      at: cancelledAt ?? updatedAt,
      event: 'Order Cancelled',
      properties,
    },
  }
}
