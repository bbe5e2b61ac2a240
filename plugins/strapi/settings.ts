import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

const name = z.string().regex(/^[A-Za-z][\w-]*$/)
const shelf = z.strictObject({
  collection: name.describe('Plural API id of the content type'),
  title: name.default('title').describe('The field that editors know an entry by'),
  address: z.string().optional().describe('Where readers find an entry, as in https://site.example/{locale}/{slug}'),
})
export type Shelf = z.output<typeof shelf>

export const settings = z.strictObject({
  url: z.url().describe('Address of the server, without /api'),
  token: secret('API token that may find, create, update and delete visitors, and read content types and locales'),
  collection: name.default('visitors').describe('Plural API id of the content type that holds visitors by their email'),
  content: z.array(shelf).default([]).describe('Content types whose entries campaigns may refer to'),
  webhookSecret: secret(
    "What the webhook's header x-leitstern-secret says; without it webhooks are refused",
  ).optional(),
})
export type Settings = z.output<typeof settings>
export type StrapiContext = Context<Settings>
