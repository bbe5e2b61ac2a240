import { z } from 'zod'
import { jsonIn } from '../../core/contract/json.ts'
import type { Webhook } from '../../core/contract/webhook.ts'
import type { Settings } from './settings.ts'

const event = z.object({
  event: z.enum(['entry.create', 'entry.update', 'entry.publish', 'entry.unpublish']),
  createdAt: z.iso.datetime({ offset: true }),
  model: z.string(),
  uid: z.string(),
  entry: z.object({ documentId: z.string().min(1) }),
})

/** Chosen by whoever sets the webhook up, and so by us. */
export const webhookHeader = 'x-leitstern-secret'

/**
 * Strapi signs nothing and sends a header of its settings. As anybody between could alter the body, and a draft comes like
 * a published entry, an event only hints: entries of other content types are then not found among the visitors.
 * Source: https://docs.strapi.io/cms/backend-customization/webhooks
 */
export const webhook: Webhook<Settings> = {
  proof: {
    scheme: 'shared-secret',
    secret: ({ webhookSecret }) => webhookSecret,
    given: ({ headers }) => headers[webhookHeader],
  },
  parse(_, { body }) {
    const { data } = event.safeParse(jsonIn(body))
    if (!data) return []
    const { documentId } = data.entry
    const id = `webhook:${data.uid}:${documentId}:${data.event}:${data.createdAt}`
    return [{ kind: 'hint', id, at: data.createdAt, object: data.model, remoteId: documentId }]
  },
}
