import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { RawRequest, Webhook } from '../../../core/contract/connector.ts'
import { fieldValue } from '../../../core/contract/value.ts'

const windowMs = 300_000
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
  verify({ webhookSecret }, { headers, body }, now) {
    const stamp = headers['x-letterbox-timestamp'] ?? ''
    if (!(Math.abs(now - Number(stamp) * 1000) <= windowMs)) return false
    const given = Buffer.from(headers['x-letterbox-signature'] ?? '', 'hex')
    const expected = sign(webhookSecret, stamp, body)
    return given.length === expected.length && timingSafeEqual(given, expected)
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
