import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

export const settings = z.strictObject({
  apiKey: secret('Private API key of the account, pk_…, with the scopes that the permissions list'),
  baseUrl: z.url().default('https://a.klaviyo.com').describe('Where the API is'),
  webhookUrl: z
    .url()
    .optional()
    .describe('Address of this hub that Klaviyo is to call; setup makes the webhook for it'),
  webhookSecret: secret('What Klaviyo signs webhooks with: 16 characters or more, chosen by you').optional(),
})
export type Settings = z.output<typeof settings>
export type Wire = Context<Settings>
