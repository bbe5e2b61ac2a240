import { z } from 'zod'
import { jsonIn } from '../../core/contract/json.ts'
import { standardProof } from '../../core/contract/standard-webhooks.ts'
import type { Webhook } from '../../core/contract/webhook.ts'
import { recordOf } from './map.ts'
import { isStaff, user } from './user.ts'

const event = z.object({
  type: z.literal('user.updated'),
  timestamp: z.iso.datetime({ offset: true }),
  data: user,
})

/** Core WordPress sends none; a companion plugin signs them by https://www.standardwebhooks.com. */
export const webhook: Webhook<{ readonly webhookSecret?: string | undefined }> = {
  proof: standardProof(({ webhookSecret }) => webhookSecret),
  parse(_, { headers, body }) {
    const { data } = event.safeParse(jsonIn(body))
    if (!data || isStaff(data.data)) return []
    const record = recordOf(data.data, new Date(data.timestamp).toISOString())
    // Named by its message: the content alone would make a change back to an earlier state look like a repeat.
    return [{ ...record, id: `webhook:${headers['webhook-id']}` }]
  },
}
