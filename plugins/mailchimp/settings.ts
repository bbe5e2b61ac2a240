import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'

export const settings = z.strictObject({
  apiKey: secret('API key of the account; its end names the data centre, as in …-us6'),
  audience: z.string().min(1).describe('Id of the audience (Audience, Settings, Audience name and defaults)'),
  baseUrl: z.url().optional().describe('Address of the API, where it is not the one that the key names'),
  webhookSecret: secret(
    'Signing secret of the webhook, shown when it is created; without it webhooks are refused',
  ).optional(),
})
export type Settings = z.output<typeof settings>
export type MailchimpContext = Context<Settings>

/** Where the API of an account lives. Source: https://mailchimp.com/developer/marketing/docs/fundamentals/ */
export const addressOf = ({ apiKey, baseUrl }: Settings): string => {
  if (baseUrl !== undefined) return baseUrl
  const centre = /-([a-z]+\d+)$/.exec(apiKey)?.[1]
  if (centre === undefined)
    throw new ConnectorError(
      'config',
      'connecting to Mailchimp: the API key does not end in a data centre such as -us6: copy the whole key',
    )
  return `https://${centre}.api.mailchimp.com/3.0`
}

/** The path of the audience, or of something in it. */
export const pathIn = ({ settings: { audience } }: MailchimpContext, rest = ''): string =>
  `/lists/${encodeURIComponent(audience)}${rest}`
