import { z } from 'zod'
import { jsonIn } from '../../core/contract/json.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import type { Webhook } from '../../core/contract/webhook.ts'
import { consentFrom, optOut } from './map.ts'
import type { Settings } from './settings.ts'

const stamp = 'x-hubspot-request-timestamp'

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

const delivery = z.array(z.unknown()).catch([])

/**
 * Webhooks of an app, signed in version 3 over method, address, body and time:
 * https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests
 * Deletions come here too, and are left out: they say nothing about a person.
 */
export const webhook: Webhook<Settings> = {
  proof: {
    scheme: 'hmac',
    algorithm: 'sha256',
    encoding: 'base64',
    secret: ({ clientSecret }) => clientSecret,
    signatures: ({ headers }) => [headers['x-hubspot-signature-v3'] ?? ''],
    signed: ({ webhookUrl }, { method, url, headers, body }) => [
      `${method}${webhookUrl ?? url}`,
      body,
      headers[stamp] ?? '',
    ],
    sentAt: ({ headers }) => Number(headers[stamp] ?? Number.NaN),
  },
  parse: (_, { body }) =>
    delivery
      .parse(jsonIn(body))
      .flatMap((event) => change.safeParse(event).data ?? [])
      .filter(isOfContact)
      .map(recordOf),
}
