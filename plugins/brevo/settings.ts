import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

export const settings = z.strictObject({
  apiKey: secret('API key of version 3, xkeysib-…'),
  baseUrl: z.url().default('https://api.brevo.com/v3').describe('Where the API is'),
  webhookUrl: z.url().optional().describe('Address of this hub that Brevo is to call; setup makes the webhook for it'),
  webhookSecret: secret(
    'Token that Brevo sends with every webhook, as "Authorization: Bearer …"; chosen by you',
  ).optional(),
})
export type Settings = z.output<typeof settings>
export type Wire = Context<Settings>
