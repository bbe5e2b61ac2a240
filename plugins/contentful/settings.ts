import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

const id = z.string().regex(/^[\w.-]{1,64}$/)

export const settings = z.strictObject({
  token: secret('Token for the Content Management API, of a user or an app that may edit content and its model'),
  space: id.describe(
    'Id of the space. A delivery token reads all that is published in it: give visitors one of their own',
  ),
  environment: id.default('master').describe('Id of the environment'),
  contentType: id.default('leitsternVisitor').describe('Id of the content type that holds visitors by their email'),
  locale: z.string().min(2).default('en-US').describe('The locale that values are written in'),
  publish: z.boolean().default(true).describe('Whether visitors are published; as drafts only the preview shows them'),
  webhookUrl: z
    .url()
    .optional()
    .describe('Address of this hub that Contentful is to call; setup then creates the webhook'),
  webhookSecret: secret('Signing secret of the space, 64 characters; without it webhooks are refused').optional(),
  baseUrl: z
    .url()
    .default('https://api.contentful.com')
    .describe('Where the API is; https://api.eu.contentful.com in the EU'),
})
export type Settings = z.output<typeof settings>
export type ContentfulContext = Context<Settings>

export const spacePath = ({ settings: { space } }: ContentfulContext): string => `/spaces/${space}`
/** The path of something in the environment. */
export const pathIn = (ctx: ContentfulContext, rest: string): string =>
  `${spacePath(ctx)}/environments/${ctx.settings.environment}${rest}`
/** What a write is based on: Contentful refuses it with 409 where the version is not the last one. */
export const versionHeader = (version: number): Readonly<Record<string, string>> => ({
  'x-contentful-version': String(version),
})
