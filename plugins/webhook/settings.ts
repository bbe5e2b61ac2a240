import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

const key = 'Secret of Standard Webhooks, base64 behind whsec_'

export const settings = z.strictObject({
  url: z.url().describe('Where messages go'),
  readUrl: z
    .url()
    .optional()
    .describe(
      'Where contacts can be asked for; without it, the answers to messages must list what came of each contact',
    ),
  secret: secret(`${key}, that signs what the hub sends`),
  token: secret('Bearer token, where the receiver, or a gateway before it, wants one beside the signature').optional(),
  webhookSecret: secret(`${key}, that signs what the hub gets; without it webhooks are refused`).optional(),
})
export type Settings = z.output<typeof settings>
export type Wire = Context<Settings>
