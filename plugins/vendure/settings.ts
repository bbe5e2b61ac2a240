import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

export const settings = z.strictObject({
  baseUrl: z.url().describe('Where the Vendure server is, without /admin-api'),
  apiKey: secret(
    'API key of a role that may read, create, update and delete customers and customer groups, and read orders',
  ),
  channel: z.string().min(1).optional().describe('Token of the channel; without it, the default channel of the server'),
})
export type Settings = z.output<typeof settings>
export type Wire = Context<Settings>
