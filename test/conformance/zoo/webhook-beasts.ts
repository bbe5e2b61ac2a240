import type { Webhook } from '../../../core/contract/webhook.ts'
import { required } from '../check.ts'
import { type Beast, good } from './beast.ts'

type Hook = Webhook<Record<string, unknown>>
const webhook: Hook = required(good.connector.webhook)
const { proof } = webhook
const hook = (broken: Partial<Hook>) => ({ connector: { webhook: { ...webhook, ...broken } } })
let parses = 0

export const webhookBeasts: readonly Beast[] = [
  {
    does: 'refuses every webhook',
    ...hook({ proof: { scheme: 'shared-secret', secret: () => null, given: () => 'x' } }),
    caughtBy: ['webhook: a good one'],
  },
  { does: 'makes nothing of a webhook', ...hook({ parse: () => [] }), caughtBy: ['webhook: a good one'] },
  {
    does: 'trusts any webhook',
    ...hook({ proof: { scheme: 'shared-secret', secret: () => 'x', given: () => 'x' } }),
    caughtBy: [
      'webhook: an altered body',
      'webhook: an unsigned',
      'webhook: one signed with another secret',
      'webhook: an old one',
    ],
  },
  {
    does: 'believes the time that a webhook names, however long ago',
    ...hook({ proof: proof.scheme === 'hmac' ? { ...proof, toleranceMs: Number.POSITIVE_INFINITY } : proof }),
    caughtBy: ['webhook: an old one'],
  },
  {
    does: 'names each record by chance',
    ...hook({ parse: (...given) => webhook.parse(...given).map((record) => ({ ...record, id: `${parses++}` })) }),
    caughtBy: ['webhook: the same delivery'],
  },
  {
    does: 'stumbles over a malformed event',
    ...hook({
      parse: (settings, request) => {
        const { events } = JSON.parse(Buffer.from(request.body).toString('utf8'))
        if (!events.every((event: unknown) => typeof event === 'object' && event !== null && 'id' in event))
          throw new Error('a malformed event')
        return webhook.parse(settings, request)
      },
    }),
    caughtBy: ['webhook: a malformed event'],
  },
]
