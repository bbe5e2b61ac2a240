import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

export const settings = z.strictObject({
  shop: z.url().describe('Address of the shop at Shopify, as in https://my-shop.myshopify.com'),
  accessToken: secret('Admin API access token of the app that is installed in the shop'),
  namespace: z
    .string()
    .regex(/^[A-Za-z0-9_-]{3,255}$/)
    .default('leitstern')
    .describe('Namespace of the customer metafields that the hub keeps; fields of others are named namespace.key'),
  webhookSecret: secret('Client secret of the app, which signs its webhooks; without it they are refused').optional(),
  webhookUrl: z
    .url()
    .optional()
    .describe('Public https address of the hub for this connector; setup then subscribes to the webhooks'),
})
export type Settings = z.output<typeof settings>
export type Wire = Context<Settings>
