import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { RawRequest, Webhook } from '../../core/contract/connector.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import { consentFrom, optOut } from './map.ts'
import type { Settings } from './settings.ts'

const windowMs = 300_000

/**
 * Base64 of HMAC-SHA256 over method, address, body and time:
 * https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests
 */
export const signatureOf = (secret: string, url: string, { method, body }: RawRequest, timestamp: string): string =>
  createHmac('sha256', secret).update(`${method}${url}`).update(body).update(timestamp).digest('base64')

const isEqual = (a: string, b: string) => {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}

const change = z.object({
  eventId: z.number(),
  objectId: z.number(),
  objectTypeId: z.string().nullish(),
  occurredAt: z.number(),
  subscriptionType: z.enum(['contact.propertyChange', 'object.propertyChange']),
  propertyName: z.string(),
  propertyValue: z.string().nullable(),
})
type PropertyChange = z.output<typeof change>
const isOfContact = ({ subscriptionType, objectTypeId }: PropertyChange) =>
  subscriptionType === 'contact.propertyChange' || objectTypeId === '0-1'

/** One changed property. It does not say of what type the property is, so that its value stays text. */
const recordOf = ({ eventId, objectId, occurredAt, propertyName, propertyValue }: PropertyChange): ContactRecord => ({
  kind: 'contact',
  // HubSpot does not promise that eventId alone is unique.
  id: `event:${eventId}:${objectId}:${occurredAt}:${propertyName}`,
  at: new Date(occurredAt).toISOString(),
  identifiers: propertyName === 'email' && propertyValue ? [{ type: 'email', value: propertyValue }] : [],
  remoteId: String(objectId),
  fields: propertyName === optOut ? {} : { [propertyName]: propertyValue || null },
  consent: propertyName === optOut ? consentFrom(propertyValue) : undefined,
})

const eventsIn = (body: Uint8Array): readonly unknown[] => {
  try {
    return z.array(z.unknown()).parse(JSON.parse(Buffer.from(body).toString('utf8')))
  } catch {
    return []
  }
}

/**
 * Webhooks of an app, signed in version 3. Deletions come here too, and are left out: they say nothing about a person.
 */
export const webhook: Webhook<Settings> = {
  verify({ clientSecret, webhookUrl }, request, now) {
    const timestamp = request.headers['x-hubspot-request-timestamp'] ?? ''
    if (clientSecret === undefined || !(Math.abs(now - Number(timestamp)) <= windowMs)) return false
    const expected = signatureOf(clientSecret, webhookUrl ?? request.url, request, timestamp)
    return isEqual(request.headers['x-hubspot-signature-v3'] ?? '', expected)
  },
  parse: (_, { body }) =>
    eventsIn(body)
      .flatMap((event) => change.safeParse(event).data ?? [])
      .filter(isOfContact)
      .map(recordOf),
}
