import { z } from 'zod'
import { type Context, secret } from '../../core/contract/connector.ts'

export const settings = z.strictObject({
  url: z.url().describe('Address of the shop, by https: over http WooCommerce takes no such keys'),
  consumerKey: secret('Consumer key ck_… with read and write access (WooCommerce, Settings, Advanced, REST API)'),
  consumerSecret: secret('Consumer secret cs_… of that key'),
  webhookSecret: secret('Secret that webhooks are signed with; without it they are refused').optional(),
  webhookUrl: z
    .url()
    .optional()
    .describe('Public address of the hub for this connector; setup then makes the webhooks'),
  ordersOfErased: z
    .enum(['anonymise', 'keep'])
    .default('anonymise')
    .describe('What erasing a customer does to the orders: empty names, addresses and notes, or keep them as they are'),
})
export type Settings = z.output<typeof settings>
export type Wire = Context<Settings>
