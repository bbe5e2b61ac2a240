import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Webhook } from '../../core/contract/connector.ts'
import { recordOf } from './map.ts'
import { isStaff, user } from './user.ts'

const toleranceMs = 300_000

const event = z.object({
  type: z.literal('user.updated'),
  timestamp: z.iso.datetime({ offset: true }),
  data: user,
})

/** Standard Webhooks 1.0: HMAC-SHA256 of `id.timestamp.body`; the secret is base64 behind an optional `whsec_`. */
export const signature = (secret: string, id: string, seconds: string, body: Uint8Array): Buffer =>
  createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(`${id}.${seconds}.`)
    .update(body)
    .digest()

const equal = (given: Buffer, expected: Buffer) => given.length === expected.length && timingSafeEqual(given, expected)
/** Several may be given while a secret is being replaced. */
const given = (header: string) =>
  header
    .split(' ')
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice('v1,'.length), 'base64'))

const jsonIn = (body: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return undefined
  }
}

/** Core WordPress sends none; a companion plugin signs them by https://www.standardwebhooks.com. */
export const webhook: Webhook<{ readonly webhookSecret?: string | undefined }> = {
  verify({ webhookSecret = '' }, { headers, body }, now) {
    const id = headers['webhook-id'] ?? ''
    const seconds = headers['webhook-timestamp'] ?? ''
    if (webhookSecret.replace(/^whsec_/, '') === '' || id === '' || !/^\d+$/.test(seconds)) return false
    if (Math.abs(now - Number(seconds) * 1000) > toleranceMs) return false
    const expected = signature(webhookSecret, id, seconds, body)
    return given(headers['webhook-signature'] ?? '').some((candidate) => equal(candidate, expected))
  },
  parse(_, { headers, body }) {
    const { data } = event.safeParse(jsonIn(body))
    if (!data || isStaff(data.data)) return []
    const record = recordOf(data.data, new Date(data.timestamp).toISOString())
    // Named by its message: the content alone would make a change back to an earlier state look like a repeat.
    return [{ ...record, id: `webhook:${headers['webhook-id']}` }]
  },
}
