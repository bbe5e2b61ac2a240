import { jsonIn } from '../../core/contract/json.ts'
import type { SourceRecord } from '../../core/contract/record.ts'
import type { RawRequest, Webhook } from '../../core/contract/webhook.ts'
import { customer, isStaff } from './customer.ts'
import { recordOf } from './map.ts'
import { isoOf, order, recordsOf } from './order.ts'
import type { Settings } from './settings.ts'

/** What setup subscribes to. */
export const topics = ['customer.created', 'customer.updated', 'order.created', 'order.updated'] as const

const textIn = (body: Uint8Array): string => Buffer.from(body).toString('utf8')

const customerIn = ({ headers, body }: RawRequest): readonly SourceRecord[] => {
  const { data: found } = customer.safeParse(jsonIn(body))
  const changed = found?.date_modified_gmt ?? found?.date_created_gmt
  if (!found || !changed || isStaff(found)) return []
  // Named by its delivery: the content alone would make a change back to an earlier state look like a repeat.
  return [{ ...recordOf(found, isoOf(changed)), id: `webhook:${headers['x-wc-webhook-delivery-id']}` }]
}
const orderIn = ({ body }: RawRequest): readonly SourceRecord[] => {
  const { data: found } = order.safeParse(jsonIn(body))
  return found ? recordsOf(found).filter(({ identifiers }) => identifiers.length > 0) : []
}
const readers: Readonly<Record<string, (request: RawRequest) => readonly SourceRecord[]>> = {
  'customer.created': customerIn,
  'customer.updated': customerIn,
  'order.created': orderIn,
  'order.updated': orderIn,
}

const isForm = ({ headers }: RawRequest) => !/json/.test(headers['content-type'] ?? '')

/**
 * Signed over the raw body, without a time; each delivery has an id. A webhook is full: it holds the customer or the order as
 * the REST API shows it. https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks
 */
export const webhook: Webhook<Settings> = {
  proof: {
    scheme: 'hmac',
    algorithm: 'sha256',
    encoding: 'base64',
    secret: ({ webhookSecret }) => webhookSecret,
    signatures: ({ headers }) => [headers['x-wc-webhook-signature'] ?? ''],
    signed: (_, { body }) => [body],
  },
  /** The first one of a new webhook is a form with its number and no signature. Anything but a 200 disables the webhook. */
  isPing: (_, request) => isForm(request) && /^webhook_id=\d+$/.test(textIn(request.body).trim()),
  parse: (_, request) => readers[request.headers['x-wc-webhook-topic'] ?? '']?.(request) ?? [],
}
