import { z } from 'zod'
import { jsonIn } from '../../core/contract/json.ts'
import { standardProof } from '../../core/contract/standard-webhooks.ts'
import type { Webhook } from '../../core/contract/webhook.ts'
import type { Settings } from './settings.ts'

const event = z.object({
  type: z.enum(['customer.created', 'customer.updated', 'order.placed', 'order.updated', 'order.canceled']),
  timestamp: z.iso.datetime({ offset: true }),
  data: z.object({ id: z.string().min(1) }),
})

/**
 * Medusa itself sends none; the subscriber in this folder does, signed by https://www.standardwebhooks.com. Its events name
 * no more than an id, so that they only hint at what changed.
 */
export const webhook: Webhook<Settings> = {
  proof: standardProof(({ webhookSecret }) => webhookSecret),
  parse(_, { headers, body }) {
    const { data } = event.safeParse(jsonIn(body))
    if (!data) return []
    const [object = ''] = data.type.split('.')
    const at = new Date(data.timestamp).toISOString()
    return [{ kind: 'hint', id: `webhook:${headers['webhook-id']}`, at, object, remoteId: data.data.id }]
  },
}
