import { z } from 'zod'
import type { EventRecord } from '../../core/contract/record.ts'

const item = z.object({
  title: z.string().nullish(),
  product_title: z.string().nullish(),
  product_id: z.string().nullish(),
  product_type: z.string().nullish(),
  variant_sku: z.string().nullish(),
  unit_price: z.number(),
  quantity: z.number(),
})
/** An order as the Admin API shows one, with money in major units: https://docs.medusajs.com/api/admin#orders */
export const order = z.object({
  id: z.string(),
  display_id: z.number().nullish(),
  custom_display_id: z.string().nullish(),
  status: z.string(),
  email: z.string().nullish(),
  currency_code: z.string(),
  total: z.number(),
  created_at: z.string(),
  updated_at: z.string(),
  canceled_at: z.string().nullish(),
  customer: z.object({ id: z.string(), email: z.string().nullish() }).nullish(),
  items: z.array(item).nullish(),
})
export type Order = z.output<typeof order>
/** Everything that the schema above reads. */
export const orderFields =
  'id,display_id,custom_display_id,status,email,currency_code,total,created_at,updated_at,canceled_at,*customer,*items'

const productOf = ({
  title,
  product_title,
  product_id,
  product_type,
  variant_sku,
  ...rest
}: z.output<typeof item>) => ({
  ...(product_id ? { product_id } : {}),
  ...(variant_sku ? { sku: variant_sku } : {}),
  name: product_title || title || '',
  ...(product_type ? { category: product_type } : {}),
  price: rest.unit_price,
  quantity: rest.quantity,
})
/**
 * Of whoever is deleted, orders go on naming the address, but no customer any more: such an order is about nobody. Guests
 * are customers, too.
 */
const eventOf = ({ email, customer }: Order): Pick<EventRecord, 'kind' | 'identifiers' | 'remoteId'> => {
  const address = customer ? (email ?? customer.email) : null
  return { kind: 'event', identifiers: address ? [{ type: 'email', value: address }] : [], remoteId: customer?.id }
}

/**
 * What an order says by now: that it was placed, and that it was cancelled. Each once, whatever becomes of it later:
 * https://segment.com/docs/connections/spec/ecommerce/v2/#order-completed
 */
export const recordsOf = (found: Order): readonly EventRecord[] => {
  const { id, display_id, custom_display_id, currency_code, total, created_at, canceled_at, items } = found
  const [order_id, currency] = [custom_display_id || String(display_id ?? id), currency_code.toUpperCase()]
  const completed: EventRecord = {
    ...eventOf(found),
    id: `order:${id}`,
    at: created_at,
    event: 'Order Completed',
    properties: { order_id, revenue: total, total, currency, products: (items ?? []).map(productOf) },
  }
  if (!canceled_at) return [completed]
  const properties = { order_id, currency }
  return [
    completed,
    { ...eventOf(found), id: `order:${id}:cancelled`, at: canceled_at, event: 'Order Cancelled', properties },
  ]
}
