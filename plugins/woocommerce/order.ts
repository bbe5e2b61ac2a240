import { z } from 'zod'
import type { EventRecord } from '../../core/contract/record.ts'

const line = z.object({
  product_id: z.number().nullish(),
  name: z.string().default(''),
  sku: z.string().nullish(),
  quantity: z.number(),
  price: z.coerce.number(),
})
/** An order as the REST API shows one: https://woocommerce.github.io/woocommerce-rest-api-docs/#orders */
export const order = z.object({
  id: z.number(),
  number: z.string(),
  status: z.string(),
  currency: z.string(),
  total: z.coerce.number(),
  date_created_gmt: z.string(),
  date_modified_gmt: z.string().nullish(),
  date_paid_gmt: z.string().nullish(),
  customer_id: z.number().default(0),
  billing: z.object({ email: z.string().nullish() }).nullish(),
  line_items: z
    .array(z.unknown())
    .default([])
    .transform((all) => all.flatMap((one) => line.safeParse(one).data ?? [])),
})
export type Order = z.output<typeof order>

/** Times in GMT come without saying so. */
export const isoOf = (gmt: string): string => new Date(`${gmt}Z`).toISOString()
export const changedAt = ({ date_modified_gmt, date_created_gmt }: Order): string =>
  isoOf(date_modified_gmt ?? date_created_gmt)

/** Placed, be it paid already or by bank transfer later; `pending` is a checkout that nobody has finished. */
const placed = ['processing', 'completed', 'on-hold', 'refunded']
const endings: Readonly<Record<string, string>> = { cancelled: 'Order Cancelled', refunded: 'Order Refunded' }

const productOf = ({ product_id, name, sku, quantity, price }: z.output<typeof line>) => ({
  ...(product_id ? { product_id: String(product_id) } : {}),
  ...(sku ? { sku } : {}),
  name,
  price,
  quantity,
})
const eventOf = ({ billing, customer_id }: Order): Pick<EventRecord, 'kind' | 'identifiers' | 'remoteId'> => ({
  kind: 'event',
  identifiers: billing?.email ? [{ type: 'email', value: billing.email }] : [],
  remoteId: customer_id > 0 ? String(customer_id) : undefined,
})

/**
 * What an order says by now: that it was placed, and how it ended. Each once, whatever becomes of it later:
 * https://segment.com/docs/connections/spec/ecommerce/v2/#order-completed
 */
export const recordsOf = (found: Order): readonly EventRecord[] => {
  const { id, number, status, total, currency, line_items } = found
  const isPlaced = placed.includes(status) || Boolean(found.date_paid_gmt)
  const products = line_items.map(productOf)
  const completed: EventRecord = {
    ...eventOf(found),
    id: `order:${id}`,
    at: isoOf(found.date_created_gmt),
    event: 'Order Completed',
    properties: { order_id: number, revenue: total, total, currency, products },
  }
  const ending = endings[status]
  const ended = (event: string): EventRecord => ({
    ...eventOf(found),
    id: `order:${id}:${status}`,
    at: changedAt(found),
    event,
    properties: { order_id: number, currency },
  })
  if (!isPlaced) return []
  return ending === undefined ? [completed] : [completed, ended(ending)]
}
