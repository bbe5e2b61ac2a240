import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

export const settings = z.strictObject({
  baseUrl: z.url().describe('Where the Medusa server is, without /admin'),
  apiKey: secret('Secret API key sk_… (Settings, Secret API Keys)'),
  webhookSecret: secret(
    'Signing secret (whsec_…) that the subscriber in the shop signs with; without it webhooks are refused',
  ).optional(),
})
export type Settings = z.output<typeof settings>
export type Wire = Context<Settings>
