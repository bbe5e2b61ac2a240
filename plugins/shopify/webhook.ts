import { z } from 'zod'
import { jsonIn } from '../../core/contract/json.ts'
import type { Hint, RawRequest, Webhook } from '../../core/contract/webhook.ts'
import type { Settings } from './settings.ts'

/** The topics that setup subscribes to, and what each is about. */
export const topics: Readonly<Record<string, { readonly name: string; readonly object: 'customer' | 'order' }>> = {
  CUSTOMERS_CREATE: { name: 'customers/create', object: 'customer' },
  CUSTOMERS_UPDATE: { name: 'customers/update', object: 'customer' },
  CUSTOMERS_EMAIL_MARKETING_CONSENT_UPDATE: {
    name: 'customers_email_marketing_consent/update',
    object: 'customer',
  },
  ORDERS_CREATE: { name: 'orders/create', object: 'order' },
  ORDERS_CANCELLED: { name: 'orders/cancelled', object: 'order' },
}
const objects = new Map(Object.values(topics).map(({ name, object }) => [name, object]))
const gids = { customer: 'gid://shopify/Customer/', order: 'gid://shopify/Order/' } as const

const payload = z.object({
  id: z.number().optional(),
  customer_id: z.number().optional(),
  admin_graphql_api_id: z.string().optional(),
  updated_at: z.string().nullish(),
})
const timeIn = (...texts: readonly (string | null | undefined)[]): string | null => {
  const [at] = texts.map((text) => Date.parse(text ?? '')).filter((time) => !Number.isNaN(time))
  return at === undefined ? null : new Date(at).toISOString()
}

const hintIn = ({ headers, body }: RawRequest): Hint | null => {
  const object = objects.get(headers['x-shopify-topic'] ?? '')
  const { data } = payload.safeParse(jsonIn(body))
  const id = headers['x-shopify-webhook-id']
  if (!object || !data || id === undefined) return null
  const number = data.id ?? data.customer_id
  const remoteId = data.admin_graphql_api_id ?? (number === undefined ? null : `${gids[object]}${number}`)
  const at = timeIn(headers['x-shopify-triggered-at'], data.updated_at)
  return remoteId === null || at === null ? null : { kind: 'hint', id: `webhook:${id}`, at, object, remoteId }
}

/**
 * Signed over the raw body with the client secret of the app, without a time; a delivery that is repeated bears the same
 * id: https://shopify.dev/docs/apps/build/webhooks/subscribe/https
 * Payloads come in the shape of the older REST API and without metafields, so that they only hint at what changed.
 */
export const webhook: Webhook<Settings> = {
  proof: {
    scheme: 'hmac',
    algorithm: 'sha256',
    encoding: 'base64',
    secret: ({ webhookSecret }) => webhookSecret,
    signatures: ({ headers }) => [headers['x-shopify-hmac-sha256'] ?? ''],
    signed: (_, { body }) => [body],
  },
  parse: (_, request) => {
    const hint = hintIn(request)
    return hint ? [hint] : []
  },
}
