import { z } from 'zod'

/** The Medusa that the tests of this folder speak to; README.md says how to have one. */
export const {
  LEITSTERN_MEDUSA_URL: baseUrl = '',
  LEITSTERN_MEDUSA_API_KEY: apiKey = '',
  LEITSTERN_MEDUSA_HOOK_PORT: hookPort = '',
  LEITSTERN_MEDUSA_HOOK_SECRET: hookSecret = '',
} = process.env

/** Appended to the name of a test that needs it: a skip line has to say why. */
export const needsMedusa =
  baseUrl && apiKey ? '' : ' (skipped: LEITSTERN_MEDUSA_URL and LEITSTERN_MEDUSA_API_KEY are not both set)'
export const needsHooks =
  hookPort && hookSecret
    ? ''
    : ' (skipped: LEITSTERN_MEDUSA_HOOK_PORT and LEITSTERN_MEDUSA_HOOK_SECRET are not both set)'

const authorization = `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`
/** Speaks to the server as its administrator would. Throws on every error that it answers. */
const ask = async <T>(method: string, path: string, body: object | undefined, reply: z.ZodType<T>): Promise<T> => {
  const headers = { authorization, 'content-type': 'application/json' }
  const response = await fetch(`${baseUrl}${path}`, {
    method,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path}: answered ${response.status}: ${text}`)
  return reply.parse(JSON.parse(text))
}
const named = z.object({ id: z.string() })
const metadata = z.record(z.string(), z.unknown()).nullable()

export const metadataOf = async (id: string) =>
  (await ask('GET', `/admin/customers/${id}`, undefined, z.object({ customer: z.object({ metadata }) }))).customer
    .metadata
export const alter = (id: string, change: object) => ask('POST', `/admin/customers/${id}`, change, z.unknown())
export const createCustomer = async (email: string) =>
  (await ask('POST', '/admin/customers', { email }, z.object({ customer: named }))).customer.id

const region = async (): Promise<string> => {
  const { regions } = await ask('GET', '/admin/regions?limit=1', undefined, z.object({ regions: z.array(named) }))
  const [known] = regions
  if (known) return known.id
  const wanted = { name: 'Everywhere', currency_code: 'eur', countries: ['de'] }
  return (await ask('POST', '/admin/regions', wanted, z.object({ region: named }))).region.id
}
/** A draft of an order for two headphones at 129.90. Answers with its id. */
export const draftOrder = async (customer_id: string, email: string) => {
  const { sales_channels } = await ask(
    'GET',
    '/admin/sales-channels?limit=1',
    undefined,
    z.object({ sales_channels: z.array(named) }),
  )
  const items = [{ title: 'Headphones', variant_sku: 'HP-1', unit_price: 129.9, quantity: 2 }]
  const order = { email, customer_id, region_id: await region(), sales_channel_id: sales_channels[0]?.id, items }
  return (await ask('POST', '/admin/draft-orders', order, z.object({ draft_order: named }))).draft_order.id
}
export const placeOrder = (id: string) => ask('POST', `/admin/draft-orders/${id}/convert-to-order`, {}, z.unknown())
export const cancelOrder = (id: string) => ask('POST', `/admin/orders/${id}/cancel`, {}, z.unknown())
