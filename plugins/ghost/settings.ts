import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

export const settings = z.strictObject({
  url: z.url().describe('Address of the site; its Admin API is below it at /ghost/api/admin'),
  adminKey: secret('Admin API key of a custom integration, id:secret (Settings, Advanced, Integrations)'),
  noteFields: z
    .array(z.string().regex(/^[A-Za-z][\w.-]*$/))
    .default([])
    .describe("Names of the fields that are kept as lines in a block at the end of a member's note, for staff to read"),
  webhookUrl: z.url().optional().describe('Address of this hub that Ghost is to call; setup then creates the webhooks'),
  webhookSecret: secret('What webhooks are signed with; without it they are refused, and not created').optional(),
})
export type Settings = z.output<typeof settings>
export type GhostContext = Context<Settings>
