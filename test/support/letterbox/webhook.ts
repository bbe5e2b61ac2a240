import { createHmac } from 'node:crypto'
import { z } from 'zod'
import { fieldValue } from '../../../core/contract/value.ts'
import type { RawRequest, Webhook } from '../../../core/contract/webhook.ts'

const event = z.object({
  id: z.string(),
  contact: z.string(),
  email: z.string(),
  at: z.string(),
  fields: z.record(z.string(), fieldValue),
})
const delivery = z.object({ events: z.array(z.unknown()) })

const sign = (secret: string, stamp: string, body: Uint8Array) =>
  createHmac('sha256', secret).update(`${stamp}.`).update(body).digest()

const eventsIn = (body: Uint8Array): readonly z.output<typeof event>[] => {
  try {
    const { events } = delivery.parse(JSON.parse(Buffer.from(body).toString('utf8')))
    return events.flatMap((item) => event.safeParse(item).data ?? [])
  } catch {
    return []
  }
}

/** Letterbox signs the seconds of sending and the bytes. */
export const webhook: Webhook<{ readonly webhookSecret: string }> = {
  proof: {
    scheme: 'hmac',
    algorithm: 'sha256',
    encoding: 'hex',
    secret: ({ webhookSecret }) => webhookSecret,
    signatures: ({ headers }) => [headers['x-letterbox-signature'] ?? ''],
    signed: (_, { headers, body }) => [`${headers['x-letterbox-timestamp'] ?? ''}.`, body],
    sentAt: ({ headers }) => Number(headers['x-letterbox-timestamp'] ?? Number.NaN) * 1000,
  },
  parse: (_, { body }) =>
    eventsIn(body).map(({ id, contact, email, at, fields }) => ({
      kind: 'contact',
      id: `letterbox:event:${id}`,
      at,
      identifiers: [{ type: 'email', value: email }],
      remoteId: contact,
      fields,
    })),
}

/** The request as Letterbox sends it. */
export const signed = (secret: string, events: readonly unknown[], now: number): RawRequest => {
  const body = Buffer.from(JSON.stringify({ events }))
  const stamp = String(Math.floor(now / 1000))
  return {
    method: 'POST',
    url: '/webhooks/letterbox',
    headers: {
      'content-type': 'application/json',
      'x-letterbox-timestamp': stamp,
      'x-letterbox-signature': sign(secret, stamp, body).toString('hex'),
    },
    body,
  }
}
