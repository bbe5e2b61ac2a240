import { createHash } from 'node:crypto'
import { z } from 'zod'
import { jsonIn } from '../../core/contract/json.ts'
import type { SourceRecord } from '../../core/contract/record.ts'
import type { Webhook } from '../../core/contract/webhook.ts'
import type { Settings } from './settings.ts'

/** What a marketing webhook is created for. */
export const subscribed: readonly string[] = ['opened', 'click', 'unsubscribed', 'spam']

const delivered = z.object({
  event: z.string(),
  email: z.string().min(1),
  camp_id: z.union([z.number(), z.string()]).nullish(),
  'campaign name': z.string().nullish(),
  URL: z.string().nullish(),
  /** Seconds. */
  ts_event: z.number(),
})
type Delivered = z.output<typeof delivered>

const withdrawals: readonly string[] = ['unsubscribe', 'unsubscribed', 'spam']
const events: Readonly<Record<string, string>> = { opened: 'Email Opened', click: 'Email Link Clicked' }

const recordOf = (given: Delivered): SourceRecord | null => {
  const { event, email, camp_id, ts_event, URL: url } = given
  const who = createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 16)
  const base = {
    // There is no id of the delivery: what it tells names it.
    id: `webhook:${event}:${camp_id ?? ''}:${who}:${ts_event}`,
    at: new Date(ts_event * 1000).toISOString(),
    identifiers: [{ type: 'email', value: email }],
  }
  if (withdrawals.includes(event)) return { kind: 'contact', ...base, fields: {}, consent: false }
  const name = events[event]
  const said = { campaign_id: camp_id, campaign_name: given['campaign name'], link_url: url }
  const properties = Object.fromEntries(
    Object.entries(said).filter(([, value]) => value !== undefined && value !== null),
  )
  return name === undefined ? null : { kind: 'event', ...base, event: name, properties }
}

/**
 * Brevo signs nothing. It sends the token that the webhook was created with; batched deliveries are a list.
 * Source: https://developers.brevo.com/docs/username-and-password-authentication
 */
export const webhook: Webhook<Settings> = {
  proof: {
    scheme: 'shared-secret',
    secret: ({ webhookSecret }) => webhookSecret,
    given: ({ headers }) => /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1],
  },
  parse: (_, { body }) =>
    [jsonIn(body)].flat().flatMap((item) => {
      const given = delivered.safeParse(item).data
      return (given && recordOf(given)) ?? []
    }),
}
