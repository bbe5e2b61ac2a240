import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

export const settings = z.strictObject({
  appId: z.string().min(1).describe('Id of the app (Settings, Keys & IDs)'),
  apiKey: secret('App API key (Settings, Keys & IDs), os_v2_app_…'),
  baseUrl: z.url().default('https://api.onesignal.com').describe('Where the API is'),
  emailAlias: z
    .string()
    .min(1)
    .default('external_id')
    .describe('Alias that holds the e-mail address of a user, in lower case: the External ID, or one of your own'),
  tagTypes: z
    .record(z.string(), z.enum(['number', 'boolean']))
    .default({})
    .describe('Tags that are mapped to numbers or truth values: OneSignal itself keeps nothing but text'),
})
export type Settings = z.output<typeof settings>
export type Wire = Context<Settings>
