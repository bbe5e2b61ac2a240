import { createHash, createHmac } from 'node:crypto'
import type { Sandbox, SandboxFactory, SandboxRequest } from '../../core/contract/sandbox.ts'
import { type ShopLook, shopPage } from '../../core/contract/sandbox-shop-page.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { path } from './api.ts'
import { answer, half } from './sandbox-api.ts'
import { customerOf, normal, numberOf, place, type Shop, secondOf, seed, seen, shop } from './sandbox-shop.ts'

const look: ShopLook = { tool: 'Shopify', header: '#5e8e3e', offer: '#f1f8ec', membership: 'tag' }

const accessToken = 'sandbox-shpat-0123456789abcdef'
const webhookSecret = 'sandbox-client-secret'

/** In the shape of the REST API, as webhooks are. */
const updateHook = (email: string, now: number): RawRequest => {
  const id = numberOf('Customer', normal(email))
  const payload = { id, admin_graphql_api_id: `gid://shopify/Customer/${id}`, email, updated_at: secondOf(now) }
  const body = Buffer.from(JSON.stringify(payload))
  return {
    method: 'POST',
    url: '/v1/hooks/shopify',
    headers: {
      'content-type': 'application/json',
      'x-shopify-topic': 'customers/update',
      'x-shopify-webhook-id': createHash('sha256').update(`${email} ${now}`).digest('hex').slice(0, 32),
      'x-shopify-hmac-sha256': createHmac('sha256', webhookSecret).update(body).digest('base64'),
    },
    body,
  }
}

/** A shop at Shopify in small: its Admin API as far as the connector uses it, over customers and orders in memory. */
export const sandbox: SandboxFactory = ({ now, account = 'sandbox' }) => {
  const domain = `${account}.myshopify.com`
  let held: Shop = { domain, definitions: [], customers: {}, orders: {}, subscriptions: [] }
  const isForApi = ({ method, path: asked }: SandboxRequest) => method === 'POST' && asked === path
  const isKnown = ({ headers }: SandboxRequest) => headers['x-shopify-access-token'] === accessToken
  const asking = () => ({ held, now: now() })
  const settings = (url: string) => ({
    shop: url,
    accessToken,
    webhookSecret,
    webhookUrl: 'https://hub.example/shopify',
  })
  const known = () => Object.values(held.customers).filter(({ email }) => email !== null)
  return {
    settings,
    wrongSettings: (url) => ({ ...settings(url), accessToken: 'another-token' }),
    handle: (request) => {
      if (!isForApi(request)) return { status: 404, json: { errors: 'Not Found' } }
      if (isKnown(request)) return answer(asking(), request.body)
      return {
        status: 401,
        json: { errors: '[API] Invalid API key or access token (unrecognized login or wrong password)' },
      }
    },
    half: (request) => (isForApi(request) ? half(asking(), request.body) : null),
    state: () => structuredClone(held),
    restore: (state) => {
      held = shop.parse(state)
    },
    seed: (contacts) => {
      // One after another, as people make them.
      for (const [index, contact] of contacts.entries())
        seed(held, contact, now() - (contacts.length - 1 - index) * 1000)
    },
    contacts: () =>
      known()
        .map(seen)
        .sort((a, b) => (a.email < b.email ? -1 : 1)),
    order: (order) => place(held, order, now()),
    page: (email) => {
      const customer = customerOf(held, email)
      return shopPage(look, customer ? seen(customer) : null)
    },
    webhook: updateHook,
    refused: 'nobody@localhost',
  } satisfies Sandbox
}
