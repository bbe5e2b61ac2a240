import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

export const settings = z.strictObject({
  accountSid: z
    .string()
    .regex(/^AC[0-9a-fA-F]{32}$/, 'AC and 32 hexadecimal digits')
    .describe('Account SID, AC…'),
  authToken: secret('Auth token of the account; Twilio signs webhooks with it, so an API key is not enough'),
  service: z
    .string()
    .regex(/^IS[0-9a-fA-F]{32}$/, 'IS and 32 hexadecimal digits')
    .optional()
    .describe('SID of the Conversations service with the users, IS…, where it is not the default one'),
  historyDays: z.int().min(1).max(400).default(400).describe('How far back the first pull reads messages'),
  baseUrl: z.url().default('https://conversations.twilio.com').describe('Where the Conversations API is'),
  messagesUrl: z.url().default('https://api.twilio.com').describe('Where the API of accounts and messages is'),
  webhookUrl: z
    .url()
    .optional()
    .describe('Address that Twilio calls, exactly as entered there: it is part of what is signed'),
})
export type Settings = z.output<typeof settings>
export type Wire = Context<Settings>

/** The name of the address with accounts and messages. */
export const messagesBase = 'messages'
export const accountPath = ({ settings: { accountSid } }: Wire, rest: string): string =>
  `/2010-04-01/Accounts/${accountSid}${rest}`
