import { createHmac } from 'node:crypto'
import { createRequire } from 'node:module'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { isProven } from '../../core/host/proof.ts'
import { changeOf, erase, idOf, push, pushOne, readBack } from '../conformance/delivery.ts'
import { prepare } from '../conformance/preparation.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { at, pullFrom } from './subject.ts'

const medusa = at('medusa')
const [ada, bob] = ['ada@example.test', 'bob@example.test']
const customer = z.looseObject({
  id: z.string(),
  email: z.string(),
  metadata: z.record(z.string(), z.unknown()).nullable(),
})
const state = z.looseObject({ customers: z.array(customer) })
const metadataOf = ({ sandbox }: Workbench, email: string) =>
  state.parse(sandbox.state()).customers.find((found) => found.email === email)?.metadata
const lines = [{ sku: 'HP-1', name: 'Headphones', category: 'Audio', price: 10, quantity: 1 }]

describe('metadata, which are merged into what is there', () => {
  it(
    'keep what is not named',
    medusa(async (bench) => {
      bench.sandbox.seed([person(ada, { own: 'of the shop' })])
      await pushOne(bench, ada, { fields: { offer: 'x' } })
      expect(metadataOf(bench, ada)).toEqual({ own: 'of the shop', offer: 'x' })
    }),
  )
  it.each([null, ''])('lose a key for good by %j, which an update with null would keep as null', (empty) =>
    medusa(async (bench) => {
      bench.sandbox.seed([person(ada, { offer: 'x', own: 'stays' })])
      expect((await pushOne(bench, ada, { fields: { offer: empty } })).status).toBe('applied')
      expect(metadataOf(bench, ada)).toEqual({ own: 'stays' })
      const sent = bench.requests.filter(({ method }) => method === 'POST').map(({ body }) => body)
      expect(sent).toEqual([{ metadata: { offer: '' } }])
    })(),
  )
  it(
    'keep numbers and truth values as such',
    medusa(async (bench) => {
      bench.sandbox.seed([person(ada)])
      await pushOne(bench, ada, { fields: { score: 7, vip: false, code: '007' } })
      expect(metadataOf(bench, ada)).toEqual({ score: 7, vip: false, code: '007' })
    }),
  )
  it(
    'of a customer without any are none, and an update that the answer does not show is not believed',
    medusa(async (bench) => {
      bench.sandbox.seed([person(ada)])
      const [found] = state.parse(bench.sandbox.state()).customers
      bench.breakBy(({ method }) =>
        method === 'POST' ? { status: 200, json: { customer: { ...found, metadata: null, groups: [] } } } : null,
      )
      expect(await pushOne(bench, ada, { fields: { offer: 'x' } })).toMatchObject({
        status: 'rejected',
        field: 'offer',
      })
    }),
  )
})

describe('addresses, of which Medusa tells the letters apart', () => {
  it(
    'lead to the one customer there is, found by a search that finds parts of addresses, too',
    medusa(async (bench) => {
      bench.sandbox.seed([person('Pascal@Example.Test'), person('AL@Example.Test')])
      const receipt = await pushOne(bench, 'al@example.test', { fields: { offer: 'x' }, create: true })
      expect(receipt.status).toBe('applied')
      expect(metadataOf(bench, 'AL@Example.Test')).toEqual({ offer: 'x' })
      expect(state.parse(bench.sandbox.state()).customers).toHaveLength(2)
    }),
  )
  it(
    'of a guest who has an account, too, lead to the account; both are erased',
    medusa(async (bench) => {
      bench.sandbox.seed([person(ada)])
      const held = state.parse(bench.sandbox.state())
      const account = held.customers.map((found) => ({ ...found, id: 'cus_ACCOUNT', has_account: true }))
      bench.sandbox.restore({ ...held, customers: [...held.customers, ...account] })
      const receipt = await pushOne(bench, ada, { fields: { offer: 'x' } })
      expect(receipt).toMatchObject({ status: 'applied', remoteId: 'cus_ACCOUNT' })
      expect(await erase(bench, [ada])).toEqual(['applied'])
      expect(state.parse(bench.sandbox.state()).customers).toEqual([])
    }),
  )
  it(
    'stay out of reasons',
    medusa(async (bench) => {
      bench.sandbox.seed([person(ada)])
      bench.breakBy(({ method, path }) =>
        method === 'POST' && path.startsWith('/admin/customers')
          ? { status: 400, json: { type: 'invalid_data', message: `Customer with email: ${ada} is odd.` } }
          : null,
      )
      const receipt = await pushOne(bench, ada, { fields: { offer: 'x' } })
      expect(receipt.status).toBe('rejected')
      expect('reason' in receipt && receipt.reason).not.toContain('ada@')
    }),
  )
})

it(
  'groups are looked up once for a batch, and only real moves are sent',
  medusa(async (bench) => {
    const { memberships } = await prepare(bench)
    const [fans] = memberships
    bench.sandbox.seed([{ ...person(ada), memberships: ['group/Headphone fans'] }, person(bob)])
    const before = bench.requests.length
    const join = fans ? [fans] : []
    const receipts = await push(
      bench,
      [ada, bob].map((email) => changeOf(bench.connector, email, { join })),
    )
    expect([ada, bob].map((email) => receipts.get(idOf(email))?.status)).toEqual(['unchanged', 'applied'])
    const paths = bench.requests.slice(before).map(({ path }) => path)
    expect(paths.filter((path) => path.startsWith('/admin/customer-groups?'))).toHaveLength(1)
    expect(paths.filter((path) => /^\/admin\/customers\/.*\/customer-groups\?/.test(path))).toHaveLength(1)
    const held = await readBack(bench, [bob], { fields: [], memberships: join })
    expect(held.get(bob)?.memberships).toEqual(join)
  }),
)

it(
  'an order of whoever was deleted goes on naming the address, and is about nobody',
  medusa(async (bench) => {
    bench.sandbox.seed([person(ada), person(bob)])
    bench.sandbox.order?.({ email: ada, code: '1', at: '2026-11-20T10:00:00.000Z', lines })
    bench.sandbox.order?.({ email: bob, code: '2', at: '2026-11-20T11:00:00.000Z', lines })
    await erase(bench, [ada])
    expect(JSON.stringify(bench.sandbox.state())).toContain(ada)
    const { records } = await pullFrom(bench, null)
    const events = records.flatMap((record) => (record.kind === 'event' ? [record.properties.order_id] : []))
    expect(events).toEqual(['2'])
  }),
)

describe('the subscriber for the shop', () => {
  const load = () => {
    const path = '../../plugins/medusa/subscriber.cjs'
    return z
      .object({ default: z.function({ input: [z.unknown()], output: z.promise(z.unknown()) }) })
      .parse(createRequire(import.meta.url)(path)).default
  }
  it(
    'tells no more than an id, and proves it as the connector wants it',
    medusa(async ({ connector, sandbox, url }) => {
      const settings = connector.settings.parse(sandbox.settings(url))
      vi.stubEnv('LEITSTERN_WEBHOOK_URL', 'https://hub.example/v1/hooks/shop')
      vi.stubEnv('LEITSTERN_WEBHOOK_SECRET', String(settings.webhookSecret))
      const sent = vi.fn(async (_url: string, _init: unknown) => new Response())
      vi.stubGlobal('fetch', sent)
      await load()({ event: { name: 'customer.updated', data: { id: 'cus_1', email: ada } } })
      vi.unstubAllGlobals()
      vi.unstubAllEnvs()
      const init = z
        .object({ body: z.string(), headers: z.record(z.string(), z.string()) })
        .parse(sent.mock.calls[0]?.[1])
      const request = { method: 'POST', url: '/', headers: init.headers, body: Buffer.from(init.body) }
      const { webhook } = connector
      expect(init.body).not.toContain(ada)
      expect(webhook && isProven(webhook.proof, settings, request, Date.now())).toBe(true)
      expect(webhook?.parse(settings, request)).toMatchObject([{ kind: 'hint', object: 'customer', remoteId: 'cus_1' }])
      const forged = createHmac('sha256', 'another').update(init.body).digest('base64')
      const headers = { ...init.headers, 'webhook-signature': `v1,${forged}` }
      expect(webhook && isProven(webhook.proof, settings, { ...request, headers }, Date.now())).toBe(false)
    }),
  )
})

it(
  'promotions are seen, with whom they are for',
  medusa(async (bench) => {
    const rules = await bench.connector.observedRules?.(bench.context('read'))
    expect(rules).toMatchObject([
      {
        name: 'COMEBACK',
        kind: 'automatic promotion',
        active: true,
        says: '10 %',
        audience: 'customer.groups.id in cusgroup_1',
      },
    ])
  }),
)
