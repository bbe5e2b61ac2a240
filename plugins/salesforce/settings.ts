import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

/** The objects that stand for a person. */
const objects = ['Contact', 'Lead'] as const

export const settings = z.strictObject({
  baseUrl: z.url().describe('My Domain of the org, as in https://acme.my.salesforce.com'),
  clientId: z.string().min(1).describe('Consumer key of an external client app that has the client credentials flow'),
  clientSecret: secret('Consumer secret of that app'),
  object: z.enum(objects).default('Contact').describe('Whether people are kept as contacts or as leads'),
  externalId: z
    .string()
    .regex(/^[A-Za-z]\w*__c$/, 'the API name of a custom field: it ends in __c')
    .optional()
    .describe(
      'External id field, marked unique, that holds the key of contacts which do not go by their e-mail address',
    ),
})
export type Settings = z.output<typeof settings>
export type Wire = Context<Settings>

/** Winter '25. Salesforce keeps a version for three years at least. */
const version = 'v62.0'
export const path = (rest: string): string => `/services/data/${version}${rest}`
