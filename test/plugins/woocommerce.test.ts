import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { isProven } from '../../core/host/proof.ts'
import { changeOf, erase, idOf, push, pushOne, readBack } from '../conformance/delivery.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { at, pullFrom } from './subject.ts'

const shop = at('woocommerce')
const [ada, bob] = ['ada@example.test', 'bob@example.test']
const account = z.object({
  email: z.string(),
  meta_data: z.array(z.object({ key: z.string(), value: z.string() })),
})
const state = z.object({ accounts: z.array(account), orders: z.array(z.object({ email: z.string() })) })
/** The meta of a customer as the shop's database keeps them. */
const metaOf = ({ sandbox }: Workbench, email: string) =>
  state
    .parse(sandbox.state())
    .accounts.find((found) => found.email === email)
    ?.meta_data.map(({ key, value }) => [key, value])
const lines = [{ sku: 'HP-1', name: 'Headphones', category: 'Audio', price: 10, quantity: 1 }]

describe('a batch, which is answered with 200 whatever becomes of its items', () => {
  it(
    'is judged item by item, in its order',
    shop(async (bench) => {
      bench.sandbox.seed([person(ada), person(bob)])
      bench.breakBy((request) =>
        request.path.endsWith('/customers/batch')
          ? {
              status: 200,
              json: {
                update: [
                  { id: 2, email: ada, meta_data: [{ id: 1, key: 'offer', value: 'x' }] },
                  { id: 0, error: { code: 'woocommerce_rest_invalid_id', message: 'Bad', data: { status: 400 } } },
                ],
              },
            }
          : null,
      )
      const changes = [ada, bob].map((email) => changeOf(bench.connector, email, { fields: { offer: 'x' } }))
      const receipts = await push(bench, changes)
      expect([ada, bob].map((email) => receipts.get(idOf(email))?.status)).toEqual(['applied', 'rejected'])
    }),
  )
  it(
    'holds 100 items at most, and a full one is sent as one',
    shop(async (bench) => {
      const emails = Array.from({ length: 100 }, (_, index) => `full-${index}@example.test`)
      bench.sandbox.seed(emails.map((email) => person(email)))
      const changes = emails.map((email) => changeOf(bench.connector, email, { fields: { offer: 'x' } }))
      const receipts = await push(bench, changes)
      expect(new Set([...receipts.values()].map(({ status }) => status))).toEqual(new Set(['applied']))
      expect(bench.requests.filter(({ path }) => path.endsWith('/customers/batch'))).toHaveLength(1)
    }),
  )
  it(
    'is believed only as far as its answer shows what was stored',
    shop(async (bench) => {
      bench.sandbox.seed([person(ada)])
      const receipt = await pushOne(bench, ada, { fields: { first_name: 'Ada <b>Byron</b>' } })
      expect(receipt).toMatchObject({ status: 'rejected', field: 'first_name' })
    }),
  )
})

describe('meta of a customer', () => {
  it(
    'are removed by null, since an empty text would stay as one',
    shop(async (bench) => {
      bench.sandbox.seed([person(ada, { offer: 'x', other: 'stays' })])
      await pushOne(bench, ada, { fields: { offer: null } })
      expect(metaOf(bench, ada)).toEqual([['other', 'stays']])
      await pushOne(bench, ada, { fields: { other: '' } })
      expect(metaOf(bench, ada)).toEqual([])
    }),
  )
  it(
    'come back as what they were, though the shop keeps nothing but text',
    shop(async (bench) => {
      bench.sandbox.seed([person(ada)])
      const fields = { score: 7, vip: false, code: '007', word: 'false' }
      await pushOne(bench, ada, { fields })
      expect(metaOf(bench, ada)).toEqual([
        ['score', '7'],
        ['vip', 'false'],
        ['code', '007'],
        ['word', 'false'],
        ['leitstern_types', '{"score":"number","vip":"boolean"}'],
      ])
      const wanted = { fields: Object.keys(fields), memberships: [] }
      expect((await readBack(bench, [ada], wanted)).get(ada)?.fields).toEqual(fields)
      await pushOne(bench, ada, { fields: { score: 'seven', vip: null } })
      expect((await readBack(bench, [ada], wanted)).get(ada)?.fields).toMatchObject({ score: 'seven', vip: null })
    }),
  )
  it(
    'that the shop would pass over without a word are refused',
    shop(async (bench) => {
      bench.sandbox.seed([person(ada)])
      expect(await pushOne(bench, ada, { fields: { _offer: 'x' } })).toMatchObject({
        status: 'rejected',
        field: '_offer',
      })
    }),
  )
})

describe('the ping of a new webhook, a form that nobody has signed', () => {
  const request = (body: string, headers: Readonly<Record<string, string>>): RawRequest => ({
    method: 'POST',
    url: '/v1/hooks/shop',
    headers,
    body: Buffer.from(body),
  })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  it.each([
    ['a form with the number of the webhook', request('webhook_id=17', form), true],
    ['the same as JSON', request('webhook_id=17', { 'content-type': 'application/json' }), false],
    ['a form with something else in it', request('webhook_id=17&topic=order.created', form), false],
    ['a form without a number', request('webhook_id=', form), false],
    ['an order', request('{"id":1}', { 'content-type': 'application/json' }), false],
  ])('is seen: %s', (_, raw, expected) =>
    shop(async ({ connector, sandbox, url, clock }) => {
      const settings = connector.settings.parse(sandbox.settings(url))
      const { webhook } = connector
      expect(webhook?.isPing?.(settings, raw)).toBe(expected)
      expect(webhook && isProven(webhook.proof, settings, raw, clock.now)).toBe(false)
      expect(webhook?.parse(settings, raw)).toEqual([])
    })(),
  )
})

describe('webhooks', () => {
  const hook = z.looseObject({ topic: z.string(), status: z.string() })
  const hooksIn = ({ sandbox }: Workbench) => z.looseObject({ webhooks: z.array(hook) }).parse(sandbox.state())
  it(
    'that the shop has disabled are switched on again, and not made twice',
    shop(async (bench) => {
      const { connector, context, sandbox } = bench
      const setUp = () => connector.setup?.(context('setup'), { fields: [], memberships: [] })
      expect((await setUp())?.created).toHaveLength(4)
      const held = hooksIn(bench)
      const disable = (found: z.output<typeof hook>) =>
        found.topic === 'order.created' ? { ...found, status: 'disabled' } : found
      sandbox.restore({ ...held, webhooks: held.webhooks.map(disable) })
      expect((await setUp())?.created).toEqual(['webhook order.created'])
      expect(hooksIn(bench).webhooks.map(({ status }) => status)).toEqual(['active', 'active', 'active', 'active'])
    }),
  )
})

describe('orders', () => {
  it(
    'of guests come too, and those of a checkout that nobody finished do not',
    shop(async (bench) => {
      bench.sandbox.order?.({ email: ada, code: '1', at: '2026-11-20T10:00:00Z', lines })
      bench.sandbox.order?.({ email: bob, code: '2', at: '2026-11-20T11:00:00Z', lines })
      const loose = z.looseObject({ orders: z.array(z.looseObject({ number: z.string() })) })
      const held = loose.parse(bench.sandbox.state())
      const pending = {
        ...held,
        orders: held.orders.map((one) => ({ ...one, status: one.number === '2' ? 'pending' : 'on-hold' })),
      }
      bench.sandbox.restore(pending)
      bench.breakBy((request) => (request.path.includes('/orders') ? unpaid(bench, request) : null))
      const { records } = await pullFrom(bench, null)
      expect(records.map((record) => record.kind === 'event' && record.properties.order_id)).toEqual(['1'])
      expect(records[0]?.remoteId).toBeUndefined()
    }),
  )
  it(
    'that change while others are read are not jumped over, for pages go by time',
    shop(async (bench) => {
      const count = 150
      for (let index = 0; index < count; index += 1) {
        const time = new Date(Date.UTC(2026, 10, 1) + index * 1000).toISOString()
        bench.sandbox.order?.({ email: ada, code: String(index), at: time, lines })
      }
      let pages = 0
      bench.breakBy(({ path }) => {
        if (path.includes('/orders?')) pages += 1
        if (pages === 2 && path.includes('/orders?')) bench.sandbox.restore(withFirstMoved(bench))
        return null
      })
      const { records } = await pullFrom(bench, null)
      const numbers = records.flatMap((record) => (record.kind === 'event' ? [record.properties.order_id] : []))
      expect(new Set(numbers).size).toBe(count)
    }),
  )
  it(
    'of whoever is erased name nobody any more, unless the shop wants to keep them',
    shop(async (bench) => {
      bench.sandbox.seed([person(ada)])
      bench.sandbox.order?.({ email: ada, code: '1', at: '2026-11-20T10:00:00Z', lines })
      bench.sandbox.order?.({ email: bob, code: '2', at: '2026-11-20T11:00:00Z', lines })
      expect(await erase(bench, [ada])).toEqual(['applied'])
      expect(state.parse(bench.sandbox.state()).orders.map(({ email }) => email)).toEqual(['', bob])
      const keeping = { settings: { ...bench.sandbox.settings(bench.url), ordersOfErased: 'keep' } }
      const contact = changeOf(bench.connector, bob, {}).contact
      const receipts = await bench.connector.erase?.(
        bench.context('write', { settings: bench.connector.settings.parse(keeping.settings) }),
        [contact],
      )
      expect(receipts?.map(({ status }) => status)).toEqual(['unchanged'])
      expect(state.parse(bench.sandbox.state()).orders.map(({ email }) => email)).toEqual(['', bob])
    }),
  )
})

/** The orders of the sandbox as they are before anybody has paid. */
const unpaid = ({ sandbox }: Workbench, { path }: SandboxRequest) => {
  const { orders } = z.looseObject({ orders: z.array(z.looseObject({})) }).parse(sandbox.state())
  const json = path.includes('offset=0')
    ? orders.map(({ email, lines: _, ...order }) => ({
        ...order,
        currency: 'EUR',
        total: '10.00',
        date_paid_gmt: null,
        billing: { email },
      }))
    : []
  return { status: 200, json }
}
/** The oldest order is changed, and so moves to the end. */
const withFirstMoved = ({ sandbox }: Workbench) => {
  const held = z.looseObject({ orders: z.array(z.looseObject({})) }).parse(sandbox.state())
  const [first, ...others] = held.orders
  return { ...held, orders: [...others, { ...first, date_modified_gmt: '2026-11-20T10:00:00' }] }
}

describe('whoever works for the shop', () => {
  it(
    'is neither pulled nor deleted',
    shop(async (bench) => {
      const owner = 'owner@sandbox.example'
      expect(await erase(bench, [owner])).toEqual(['rejected'])
      const { records } = await pullFrom(bench, null)
      expect(records).toEqual([])
    }),
  )
})

it(
  'coupons are seen, without the addresses that they are for',
  shop(async (bench) => {
    const [rule] = (await bench.connector.observedRules?.(bench.context('read'))) ?? []
    expect(rule).toMatchObject({ name: 'comeback', kind: 'coupon', active: true, says: '10.00 percent' })
    expect(rule?.audience).toBe('1 e-mail addresses or patterns')
  }),
)
