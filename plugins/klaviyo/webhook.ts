import { z } from 'zod'
import { jsonIn } from '../../core/contract/json.ts'
import type { SourceRecord } from '../../core/contract/record.ts'
import type { Hint, Webhook } from '../../core/contract/webhook.ts'
import { type Event, event, eventRecordOf } from './event.ts'
import { recordOf } from './map.ts'
import { profilesWith } from './profile.ts'
import type { Settings, Wire } from './settings.ts'

/** What a topic says: an event of its own, or that consent has changed, which is then read. */
const meanings: Readonly<Record<string, string | null>> = {
  'event:klaviyo.opened_email': 'Email Opened',
  'event:klaviyo.clicked_email': 'Email Link Clicked',
  'event:klaviyo.subscribed_to_email_marketing': null,
  'event:klaviyo.unsubscribed_from_email_marketing': null,
  'event:klaviyo.manually_suppressed_from_email_marketing': null,
  'event:klaviyo.manually_unsuppressed_from_email_marketing': null,
  'event:klaviyo.marked_email_as_spam': null,
}
export const topics: readonly string[] = Object.keys(meanings)

/** The payload has the form of an answer to `GET /api/events/{id}`. */
const delivered = z.object({ topic: z.enum(topics), payload: z.object({ data: event }) })
const delivery = z.object({ data: z.array(z.unknown()) })

const hintOf = ({ id, attributes, relationships }: Event): Hint => ({
  kind: 'hint',
  id: `event:${id}`,
  at: new Date(attributes.datetime).toISOString(),
  object: 'profile',
  remoteId: relationships.profile.data.id,
})
const itemOf = (raw: unknown): readonly (SourceRecord | Hint)[] => {
  const given = delivered.safeParse(raw).data
  if (!given || Number.isNaN(Date.parse(given.payload.data.attributes.datetime))) return []
  const meaning = meanings[given.topic] ?? null
  return [meaning === null ? hintOf(given.payload.data) : eventRecordOf(meaning, given.payload.data, [])]
}

/** A date in the words of HTTP: `Fri, 25 Aug 2023 14:03:11 GMT`. */
const sentAt = (text: string | undefined): number | null => {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) ? null : at
}

/** Signed over body and time. Source: https://developers.klaviyo.com/en/docs/working_with_system_webhooks */
export const webhook: Webhook<Settings> = {
  proof: {
    scheme: 'hmac',
    algorithm: 'sha256',
    encoding: 'hex',
    secret: ({ webhookSecret }) => webhookSecret,
    signatures: ({ headers }) => [headers['klaviyo-signature'] ?? ''],
    signed: (_, { headers, body }) => [body, headers['klaviyo-timestamp'] ?? ''],
    sentAt: ({ headers }) => sentAt(headers['klaviyo-timestamp']),
  },
  parse: (_, { body }) => (delivery.safeParse(jsonIn(body)).data?.data ?? []).flatMap(itemOf),
}

/** The profiles as they are now, and what they have agreed to by now. */
export const recall = async (ctx: Wire, hints: readonly Hint[]): Promise<readonly SourceRecord[]> =>
  (
    await profilesWith(
      ctx,
      hints.map(({ remoteId }) => remoteId),
    )
  ).map(recordOf)
