import { describe, expect, it } from 'vitest'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { changeOf, erase, push, readBack } from '../conformance/delivery.ts'
import { needsOf } from '../conformance/preparation.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { needsShared, shared, sharedText } from '../core/profile/shared.ts'
import { at, pullFrom } from '../plugins/subject.ts'
import { batchProblems, routeIndexIn, routeProblems } from './wordpress-routes.ts'

const [ada, bob, fresh] = ['ada@example.test', 'bob@example.test', 'new@example.test']
const line = { sku: 'HP-1', name: 'Headphones', category: 'Audio', price: 129.9, quantity: 1 }

/** Once all that the connector can do. */
const doEverything = async (bench: Workbench) => {
  const { connector, context, sandbox, clock } = bench
  await connector.check(context('read'))
  await connector.setup?.(context('setup'), needsOf(bench.subject))
  sandbox.restore(JSON.parse(JSON.stringify(sandbox.state()).replaceAll('"active"', '"disabled"')))
  await connector.setup?.(context('setup'), needsOf(bench.subject))
  sandbox.seed([person(ada), person(bob)])
  sandbox.order?.({ email: bob, code: '1001', at: new Date(clock.now).toISOString(), lines: [line] })
  const fields = {
    first_name: 'Ada',
    billing_phone: '+49 30 1',
    ls_text: 'x',
    ls_number: 7,
    ls_flag: false,
    ls_gone: null,
  }
  await push(bench, [
    changeOf(connector, ada, { fields }),
    changeOf(connector, fresh, { fields: { ls_text: 'y' }, create: true }),
  ])
  const held = await readBack(bench, [ada], { fields: Object.keys(fields), memberships: [] })
  await push(bench, [changeOf(connector, ada, { fields: { ls_text: null }, remoteId: held.get(ada)?.remoteId })])
  clock.now += 60_000
  const { cursor } = await pullFrom(bench, null)
  await pullFrom(bench, cursor)
  await connector.observedRules?.(context('read'))
  await erase(bench, [ada, bob])
}
const index = () => routeIndexIn(sharedText('contracts', 'specs', 'woocommerce', 'wc-v3-index-11.0.1.json'))
const isBatch = ({ path }: SandboxRequest) => path.endsWith('/batch')
const asked = ({ method, path }: SandboxRequest) =>
  `${method} ${path
    .replace(/\?.*$/, '')
    .replace('/wp-json/wc/v3', '')
    .replace(/\/\d+$/, '/*')}`

describe.skipIf(shared === undefined)(`the routes of WooCommerce 11.0.1, as it lists them itself${needsShared}`, () => {
  it(
    'take every request of the connector, with all that is in it',
    at('woocommerce')(async (bench) => {
      await doEverything(bench)
      const routes = index()
      for (const request of bench.requests) {
        const problems = (isBatch(request) ? batchProblems : routeProblems)(routes, request)
        expect(problems, `${request.method} ${request.path} ${JSON.stringify(request.body)}`).toEqual([])
        expect(request.headers.authorization).toMatch(/^Basic /)
      }
      expect([...new Set(bench.requests.map(asked))].sort()).toEqual([
        'GET /coupons',
        'GET /customers',
        'GET /orders',
        'GET /system_status',
        'GET /webhooks',
        'POST /customers/batch',
        'POST /orders/batch',
        'POST /webhooks',
        'PUT /webhooks/*',
      ])
    }),
  )

  it.each([
    ['a parameter that customers cannot be filtered by', 'GET', '/customers?modified_after=2026-01-01', undefined],
    ['a page of more than 100', 'GET', '/customers?per_page=101', undefined],
    ['a route that there is not', 'GET', '/customers/segments', undefined],
    ['a webhook without an address', 'POST', '/webhooks', { topic: 'order.created' }],
    ['a field that a customer has not', 'POST', '/customers/batch', { update: [{ id: 1, headline: 'x' }] }],
    ['a meta without a name for its value', 'POST', '/customers/batch', { update: [{ meta_data: [{ name: 'x' }] }] }],
    ['an address for an order that is none', 'POST', '/orders/batch', { update: [{ id: 1, billing: { email: 7 } }] }],
  ])('would refuse %s', (_, method, path, body) => {
    const request = { method, path: `/wp-json/wc/v3${path}`, headers: {}, body }
    expect((isBatch(request) ? batchProblems : routeProblems)(index(), request)).not.toEqual([])
  })
})
