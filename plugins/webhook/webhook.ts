import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { jsonIn } from '../../core/contract/json.ts'
import type { SourceRecord } from '../../core/contract/record.ts'
import { standardProof } from '../../core/contract/standard-webhooks.ts'
import type { Webhook } from '../../core/contract/webhook.ts'
import { changedContact, happenedEvent, incoming } from './message.ts'
import type { Settings } from './settings.ts'

const digest = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

interface Delivery {
  /** Names the message for ever: a repeated one has the same. */
  readonly id: string
  /** ISO 8601, for items that state no time of their own. */
  readonly at: string
}
const baseOf = (
  { id, at }: Delivery,
  item: Pick<z.output<typeof changedContact>, 'identifiers' | 'remoteId' | 'at'>,
) => ({
  id: `webhook:${id}:${digest(item)}`,
  at: new Date(item.at ?? at).toISOString(),
  identifiers: item.identifiers,
  remoteId: item.remoteId,
})
/** Who is named by nothing is nobody. */
const isAboutSomebody = ({ identifiers, remoteId }: SourceRecord) => identifiers.length > 0 || remoteId !== undefined

const contactIn = (delivery: Delivery, item: unknown): readonly SourceRecord[] => {
  const { data } = changedContact.safeParse(item)
  return data ? [{ kind: 'contact', ...baseOf(delivery, data), fields: data.fields, consent: data.consent }] : []
}
const eventIn = (delivery: Delivery, item: unknown): readonly SourceRecord[] => {
  const { data } = happenedEvent.safeParse(item)
  return data ? [{ kind: 'event', ...baseOf(delivery, data), event: data.event, properties: data.properties }] : []
}

/** Standard Webhooks, with contacts or events in the hub's own form. */
export const webhook: Webhook<Settings> = {
  proof: standardProof(({ webhookSecret }) => webhookSecret),
  parse(_, { headers, body }) {
    const { data: message } = incoming.safeParse(jsonIn(body))
    if (!message) return []
    const delivery = { id: headers['webhook-id'] ?? '', at: message.timestamp }
    const records =
      message.type === 'contacts.changed'
        ? message.data.contacts.flatMap((item) => contactIn(delivery, item))
        : message.data.events.flatMap((item) => eventIn(delivery, item))
    return records.filter(isAboutSomebody)
  },
}
