import { createHash, createHmac } from 'node:crypto'
import type { Sandbox, SandboxFactory, SandboxRequest } from '../../core/contract/sandbox.ts'
import { type ShopLook, shopPage } from '../../core/contract/sandbox-shop-page.ts'
import { standardKey } from '../../core/contract/standard-webhooks.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { answer } from './sandbox-rest.ts'
import { customerOf, idOf, place, type Shop, seed, seen, shop } from './sandbox-shop.ts'

const look: ShopLook = { tool: 'Medusa', header: '#18181b', offer: '#f4f4f5', membership: 'group' }

const apiKey = 'sk_sandbox0123456789'
const webhookSecret = 'whsec_bWVkdXNhLXNhbmRib3gtc2VjcmV0'
const credential = `Basic ${Buffer.from(`${apiKey}:`).toString('base64')}`

/** As the subscriber in this folder sends it. */
const updateHook = (email: string, now: number): RawRequest => {
  const message = { type: 'customer.updated', timestamp: new Date(now).toISOString(), data: { id: idOf('cus', email) } }
  const body = Buffer.from(JSON.stringify(message))
  const id = `msg_${createHash('sha256').update(`${email} ${now}`).digest('hex').slice(0, 20)}`
  const seconds = String(Math.floor(now / 1000))
  const signature = createHmac('sha256', standardKey(webhookSecret) ?? '')
    .update(`${id}.${seconds}.`)
    .update(body)
    .digest('base64')
  return {
    method: 'POST',
    url: '/v1/hooks/medusa',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${signature}`,
    },
    body,
  }
}

/** A Medusa server in small: its Admin API as far as the connector uses it, over customers and orders in memory. */
export const sandbox: SandboxFactory = ({ now, account = 'Sandbox store' }): Sandbox => {
  let held: Shop = { store: account, customers: [], groups: [], orders: [] }
  const settings = (baseUrl: string) => ({ baseUrl, apiKey, webhookSecret })
  const isKnown = ({ headers }: SandboxRequest) => headers.authorization === credential
  return {
    settings,
    wrongSettings: (url) => ({ ...settings(url), apiKey: 'sk_another' }),
    handle: (request) =>
      isKnown(request) ? answer(held, request, now()) : { status: 401, json: { message: 'Unauthorized' } },
    // One customer a request.
    half: () => null,
    state: () => structuredClone(held),
    restore: (state) => {
      held = shop.parse(state)
    },
    seed: (contacts) => {
      for (const contact of contacts) seed(held, contact, now())
    },
    contacts: () => held.customers.map((found) => seen(held, found)).sort((a, b) => (a.email < b.email ? -1 : 1)),
    order: (order) => place(held, order, now()),
    page: (email) => {
      const found = customerOf(held, email)
      return shopPage(look, found ? seen(held, found) : null)
    },
    webhook: updateHook,
    refused: 'nobody@localhost',
  }
}
