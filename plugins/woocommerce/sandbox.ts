import { createHash, createHmac } from 'node:crypto'
import type { Sandbox, SandboxFactory, SandboxRequest } from '../../core/contract/sandbox.ts'
import { type ShopLook, shopPage } from '../../core/contract/sandbox-shop-page.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { half } from './sandbox-half.ts'
import { answer, refuse, shownAccount } from './sandbox-rest.ts'
import { byEmail, emptyShop, gmt, place, type Shop, seed, seen, shop } from './sandbox-shop.ts'

const look: ShopLook = { tool: 'WooCommerce', header: '#7f54b3', offer: '#f5f0fb', membership: 'tag' }

const consumerKey = 'ck_sandbox0123456789'
const consumerSecret = 'cs_sandbox0123456789'
const webhookSecret = 'sandbox-webhook-secret'
const credential = `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64')}`

const updateHook = (held: Shop, email: string, now: number): RawRequest => {
  const account = byEmail(held, email)
  const changed = account ? { ...shownAccount(account), date_modified_gmt: gmt(now) } : { id: 0, email }
  const body = Buffer.from(JSON.stringify(changed))
  return {
    method: 'POST',
    url: '/v1/hooks/woocommerce',
    headers: {
      'content-type': 'application/json',
      'x-wc-webhook-topic': 'customer.updated',
      'x-wc-webhook-resource': 'customer',
      'x-wc-webhook-event': 'updated',
      'x-wc-webhook-id': '12',
      'x-wc-webhook-delivery-id': createHash('sha256').update(`${email} ${now}`).digest('hex').slice(0, 32),
      'x-wc-webhook-signature': createHmac('sha256', webhookSecret).update(body).digest('base64'),
    },
    body,
  }
}

/** A WooCommerce shop in small: its REST API as far as the connector uses it, over accounts and orders in memory. */
export const sandbox: SandboxFactory = ({ now, account = 'woocommerce' }): Sandbox => {
  let held = emptyShop(account)
  const settings = (url: string) => ({
    url,
    consumerKey,
    consumerSecret,
    webhookSecret,
    webhookUrl: 'https://hub.example/woocommerce',
  })
  const handle = (request: SandboxRequest) =>
    request.headers.authorization === credential
      ? answer(held, request, now())
      : refuse(401, 'woocommerce_rest_authentication_error', 'Invalid signature - provided signature does not match.')
  return {
    settings,
    wrongSettings: (url) => ({ ...settings(url), consumerSecret: 'cs_another' }),
    handle,
    half: (request) => half(handle, request),
    state: () => structuredClone(held),
    restore: (state) => {
      held = shop.parse(state)
    },
    seed: (contacts) => {
      for (const contact of contacts) seed(held, contact, now())
    },
    contacts: () =>
      held.accounts
        .filter(({ role }) => role === 'customer')
        .map(seen)
        .sort((a, b) => (a.email < b.email ? -1 : 1)),
    order: (order) => place(held, order),
    page: (email) => {
      const found = byEmail(held, email)
      return shopPage(look, found ? seen(found) : null)
    },
    webhook: (email, at) => updateHook(held, email, at),
    refused: 'nobody@localhost',
  }
}
