import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Holding, Wanted } from '../../core/contract/change.ts'
import type { EventRecord } from '../../core/contract/record.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'
import type { Row } from './trail.ts'

const group = z.object({ id: z.string(), name: z.string() })
const customer = z.object({
  id: z.string(),
  emailAddress: z.string(),
  updatedAt: z.string(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  title: z.string().nullish(),
  phoneNumber: z.string().nullish(),
  groups: z.array(group),
  customFields: z.record(z.string(), z.unknown()).nullish(),
})
export type Customer = z.output<typeof customer>
export const customerPage = z.object({ customers: z.object({ items: z.array(customer) }) })
export const groupPage = z.object({ customerGroups: z.object({ items: z.array(group) }) })

const line = z.object({
  quantity: z.number(),
  unitPriceWithTax: z.number(),
  productVariant: z.object({
    sku: z.string(),
    name: z.string(),
    product: z.object({ id: z.string(), collections: z.array(z.object({ name: z.string() })) }),
  }),
})
const order = z.object({
  id: z.string(),
  code: z.string(),
  state: z.string(),
  updatedAt: z.string(),
  orderPlacedAt: z.string(),
  totalWithTax: z.number(),
  currencyCode: z.string(),
  customer: z.object({ id: z.string(), emailAddress: z.string() }).nullish(),
  lines: z.array(line),
})
export type Order = z.output<typeof order>
export const orderPage = z.object({ orders: z.object({ items: z.array(order) }) })

type Fields = Readonly<Record<string, FieldValue>>
/** Vendure keeps no difference between an empty text and none that a customer would notice. */
const plain = (value: unknown): FieldValue => fieldValue.safeParse(value === '' ? null : value).data ?? null

const fieldsOf = (found: Customer, custom: readonly string[]): Fields => ({
  firstName: plain(found.firstName),
  lastName: plain(found.lastName),
  title: plain(found.title),
  phoneNumber: plain(found.phoneNumber),
  ...Object.fromEntries(custom.map((name) => [name, plain(found.customFields?.[name])])),
})

export const holdingOf = (found: Customer, wanted: Wanted, custom: readonly string[]): Holding => {
  const fields = fieldsOf(found, custom)
  return {
    remoteId: found.id,
    fields: Object.fromEntries(wanted.fields.map((name) => [name, fields[name] ?? null])),
    memberships: wanted.memberships.filter(({ name }) => found.groups.some((own) => own.name === name)),
  }
}

const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 12)

/** With a digest in its id: two changes within one second carry the same `updatedAt`. */
export const contactRow = (found: Customer, custom: readonly string[]): Row => {
  const fields = fieldsOf(found, custom)
  const { id, emailAddress, updatedAt } = found
  return {
    id,
    at: Date.parse(updatedAt),
    record: {
      kind: 'contact',
      id: `customer:${id}:${updatedAt}:${digest([emailAddress, fields])}`,
      at: updatedAt,
      identifiers: [{ type: 'email', value: emailAddress }],
      remoteId: id,
      fields,
    },
  }
}

/** Vendure counts money in hundredths, whatever the currency (DefaultMoneyStrategy, precision 2). */
const major = (amount: number) => amount / 100
const productOf = ({ quantity, unitPriceWithTax, productVariant }: z.output<typeof line>) => {
  const { sku, name, product } = productVariant
  const [collection] = product.collections
  const category = collection ? { category: collection.name } : {}
  return { product_id: product.id, sku, name, ...category, price: major(unitPriceWithTax), quantity }
}
const eventOf = ({ customer: buyer }: Order): Pick<EventRecord, 'kind' | 'identifiers' | 'remoteId'> => ({
  kind: 'event',
  identifiers: buyer ? [{ type: 'email', value: buyer.emailAddress }] : [],
  remoteId: buyer?.id,
})

/**
 * One event for each order, whatever becomes of it later:
 * https://segment.com/docs/connections/spec/ecommerce/v2/#order-completed
 */
export const completedRow = (placed: Order): Row => {
  const { id, code, orderPlacedAt, totalWithTax, currencyCode, lines } = placed
  const properties = {
    order_id: code,
    revenue: major(totalWithTax),
    total: major(totalWithTax),
    currency: currencyCode,
    products: lines.map(productOf),
  }
  return {
    id,
    at: Date.parse(orderPlacedAt),
    record: { ...eventOf(placed), id: `order:${code}`, at: orderPlacedAt, event: 'Order Completed', properties },
  }
}

/** Its totals and quantities are 0 by now, so it carries none. */
export const cancelledRow = (cancelled: Order): Row => {
  const { id, code, updatedAt, currencyCode } = cancelled
  const properties = { order_id: code, currency: currencyCode }
  return {
    id,
    at: Date.parse(updatedAt),
    record: {
      ...eventOf(cancelled),
      id: `order:${code}:cancelled`,
      at: updatedAt,
      event: 'Order Cancelled',
      properties,
    },
  }
}
