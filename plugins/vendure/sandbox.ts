import type { Sandbox, SandboxFactory, SandboxRequest } from '../../core/contract/sandbox.ts'
import { answer, half } from './sandbox-api.ts'
import { takenAddress } from './sandbox-mutations.ts'
import { pageOf } from './sandbox-page.ts'
import { customerOf, normal, place, type Shop, seed, seen, shop } from './sandbox-shop.ts'

const apiKey = 'sandbox-api-key'

/** A Vendure server in small: its Admin API as far as the connector uses it, over a shop in memory. */
export const sandbox: SandboxFactory = ({ now, account = 'sandbox-channel' }) => {
  let held: Shop = { token: account, fields: [], groups: [], customers: {}, orders: {} }
  const isForApi = ({ method, path }: SandboxRequest) => method === 'POST' && path === '/admin-api'
  const asking = ({ headers }: SandboxRequest) => ({
    held,
    isKnown: headers['vendure-api-key'] === apiKey,
    now: now(),
  })
  return {
    settings: (baseUrl) => ({ baseUrl, apiKey }),
    wrongSettings: (baseUrl) => ({ baseUrl, apiKey: 'another-api-key' }),
    handle: (request) =>
      isForApi(request) ? answer(asking(request), request.body) : { status: 404, json: { message: 'Not Found' } },
    half: (request) => (isForApi(request) ? half(asking(request), request.body) : null),
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
      Object.values(held.customers)
        .map((customer) => seen(held, customer))
        .sort((a, b) => (a.email < b.email ? -1 : 1)),
    order: (order) => place(held, order, now()),
    page: (email) => {
      const customer = customerOf(held, email)
      const orders = Object.values(held.orders).filter(({ emailAddress }) => emailAddress === normal(email))
      return pageOf(customer ? seen(held, customer) : null, orders)
    },
    refused: takenAddress,
  } satisfies Sandbox
}
