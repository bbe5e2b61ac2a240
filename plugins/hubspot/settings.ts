import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

export const settings = z.strictObject({
  baseUrl: z.url().default('https://api.hubapi.com').describe('Where the API is'),
  accessToken: secret(
    'Access token of a private app with the scopes crm.objects.contacts, crm.schemas.contacts and crm.lists, read and write',
  ),
  clientSecret: secret('Client secret of the app, for its webhooks').optional(),
  webhookUrl: z
    .url()
    .optional()
    .describe('Address that HubSpot calls, exactly as entered there: it is part of what is signed'),
})
export type Settings = z.output<typeof settings>
export type Wire = Context<Settings>
