import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { changeOf, contactOf, erase, idOf, push, pushOne, readBack } from '../conformance/delivery.ts'
import { prepare } from '../conformance/preparation.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { at, pullFrom } from './subject.ts'

const shopify = at('shopify')
const [ada, bob, cleo] = ['ada@example.test', 'bob@example.test', 'cleo@example.test']
const body = z.looseObject({ query: z.string(), variables: z.record(z.string(), z.unknown()).optional() })
const doing = (name: string) => (request: SandboxRequest) => body.parse(request.body).query.includes(`${name}(`)
const metafields = ({ body: sent }: SandboxRequest) =>
  z.array(z.looseObject({ key: z.string() })).parse(body.parse(sent).variables?.written_metafields)
const ok = (json: object): SandboxReply => ({ status: 200, json })

describe('metafieldsSet, which sets all or none', () => {
  it(
    'is sent again without whom it refused, so that one bad value spoils nobody else',
    shopify(async (bench) => {
      const { number } = await prepare(bench)
      bench.sandbox.seed([person(ada), person(bob), person(cleo)])
      const before = bench.requests.length
      const receipts = await push(bench, [
        changeOf(bench.connector, ada, { fields: { ls_text: 'x' } }),
        changeOf(bench.connector, bob, { fields: { ls_text: 'x', [number ?? '']: 0.1234567891 } }),
        changeOf(bench.connector, cleo, { fields: { ls_text: 'x' } }),
      ])
      expect(receipts.get(idOf(bob))).toMatchObject({ status: 'rejected', field: number })
      expect([ada, cleo].map((email) => receipts.get(idOf(email))?.status)).toEqual(['applied', 'applied'])
      expect([ada, bob, cleo].map((email) => bench.seen(email)?.fields.ls_text)).toEqual(['x', undefined, 'x'])
      const sets = bench.requests.slice(before).filter(doing('metafieldsSet'))
      expect(sets.map((request) => metafields(request).length)).toEqual([4, 2])
    }),
  )

  it(
    'that names nobody at fault is halved until the culprit stands alone',
    shopify(async (bench) => {
      await prepare(bench)
      bench.sandbox.seed([person(ada), person(bob), person(cleo)])
      bench.breakBy((request) => {
        if (!doing('metafieldsSet')(request) || !JSON.stringify(request.body).includes('poison')) return null
        return ok({ data: { written: { metafields: null, userErrors: [{ message: 'Something is wrong.' }] } } })
      })
      const values = ['good', 'poison', 'good'] as const
      const receipts = await push(
        bench,
        [ada, bob, cleo].map((email, index) =>
          changeOf(bench.connector, email, { fields: { ls_text: values[index] ?? '' } }),
        ),
      )
      expect([ada, bob, cleo].map((email) => receipts.get(idOf(email))?.status)).toEqual([
        'applied',
        'rejected',
        'applied',
      ])
    }),
  )

  it(
    'takes 25 at once: more go in several calls',
    shopify(async (bench) => {
      await prepare(bench)
      const emails = Array.from({ length: 20 }, (_, index) => `full-${index}@example.test`)
      bench.sandbox.seed(emails.map((email) => person(email)))
      const before = bench.requests.length
      const fields = { ls_text: 'x', ls_other: 'y' }
      await push(
        bench,
        emails.map((email) => changeOf(bench.connector, email, { fields })),
      )
      const sets = bench.requests.slice(before).filter(doing('metafieldsSet'))
      expect(sets.map((request) => metafields(request).length)).toEqual([25, 15])
    }),
  )

  it(
    'confirms by its answer: what it does not show there was not stored',
    shopify(async (bench) => {
      await prepare(bench)
      bench.sandbox.seed([person(ada)])
      bench.breakBy((request) =>
        doing('metafieldsSet')(request) ? ok({ data: { written: { metafields: [], userErrors: [] } } }) : null,
      )
      expect((await pushOne(bench, ada, { fields: { ls_text: 'x' } })).status).toBe('retry')
    }),
  )
})

describe('an error that comes with status 200', () => {
  const throttled = ok({
    errors: [{ message: 'Throttled', extensions: { code: 'THROTTLED' } }],
    extensions: {
      cost: {
        requestedQueryCost: 400,
        actualQueryCost: null,
        throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 150, restoreRate: 100 },
      },
    },
  })
  it.each([
    ['THROTTLED', throttled, 'throttled', 2500],
    ['ACCESS_DENIED', ok({ errors: [{ message: 'x', extensions: { code: 'ACCESS_DENIED' } }] }), 'auth'],
    ['SHOP_INACTIVE', ok({ errors: [{ message: 'x', extensions: { code: 'SHOP_INACTIVE' } }] }), 'config'],
    ['an inner error', ok({ errors: [{ message: 'x', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] }), 'transient'],
    ['a query not understood', ok({ errors: [{ message: 'x', extensions: { code: 'undefinedField' } }] }), 'invalid'],
    ['a locked shop', { status: 423, json: { errors: 'Locked' } }, 'config'],
  ] as const)('%s fails the call for what it is', (_, reply, kind, ...rest) =>
    shopify(async (bench) => {
      bench.breakBy(() => reply)
      const error = await bench.connector.check(bench.context('read')).catch((found: unknown) => found)
      expect(error).toBeInstanceOf(ConnectorError)
      expect(error).toMatchObject({ kind, afterMs: rest[0] })
    })(),
  )
})

describe('what a query costs', () => {
  const costs = async (bench: Workbench, names: readonly string[]) => {
    const spent: number[] = []
    const ctx = bench.context('read')
    const wired = {
      ...ctx,
      http: ((call) => {
        spent.push(call.cost ?? 1)
        return ctx.http(call)
      }) satisfies typeof ctx.http,
    }
    const contacts = Array.from({ length: 50 }, (_, index) => contactOf(bench.connector, `many-${index}@example.test`))
    await bench.connector.read?.(wired, contacts, { fields: names, memberships: [] })
    return spent
  }
  it(
    'is stated, and stays below what Shopify allows one query, however many fields are wanted',
    shopify(async (bench) => {
      const few = await costs(bench, ['ls_text'])
      const many = await costs(
        bench,
        Array.from({ length: 60 }, (_, index) => `ls_field_${index}`),
      )
      expect(few).toEqual([300])
      expect(many.length).toBeGreaterThan(1)
      expect(Math.max(...many)).toBeLessThanOrEqual(1000)
      expect(many.reduce((sum, cost) => sum + cost, 0)).toBe(50 * 65)
    }),
  )
})

describe('tags', () => {
  it(
    'with a comma are refused: Shopify would make two of them',
    shopify(async (bench) => {
      bench.sandbox.seed([person(ada)])
      const { status } = await pushOne(bench, ada, { join: [{ kind: 'tag', name: 'one, two' }] })
      expect(status).toBe('rejected')
      expect(bench.seen(ada)?.memberships).toEqual([])
    }),
  )
  it(
    'of other letters are the same tag, as Shopify has it',
    shopify(async (bench) => {
      bench.sandbox.seed([{ ...person(ada), memberships: ['tag/VIP'] }])
      const join = [{ kind: 'tag', name: 'vip' }]
      expect((await pushOne(bench, ada, { join })).status).toBe('applied')
      expect(bench.seen(ada)?.memberships).toEqual(['tag/VIP'])
      const held = await readBack(bench, [ada], { fields: [], memberships: join })
      expect(held.get(ada)?.memberships).toEqual(join)
    }),
  )
})

describe('a customer', () => {
  it(
    'is pulled with consent to e-mail only where Shopify says so',
    shopify(async (bench) => {
      bench.sandbox.seed([person(ada), { ...person(bob), consent: false }])
      const { records } = await pullFrom(bench, null)
      const consents = records.flatMap((record) => (record.kind === 'contact' ? [record.consent] : []))
      expect(consents).toEqual([true, false])
    }),
  )

  it(
    'who has ordered is not deleted, which Shopify refuses, but asked to be erased',
    shopify(async (bench) => {
      bench.sandbox.seed([person(ada), person(bob)])
      const lines = [{ sku: 'HP-1', name: 'Headphones', category: 'Audio', price: 10, quantity: 1 }]
      bench.sandbox.order?.({ email: ada, code: '#1', at: '2026-11-20T10:00:00Z', lines })
      expect(await erase(bench, [ada, bob])).toEqual(['applied', 'applied'])
      expect(bench.requests.filter(doing('customerRequestDataErasure'))).toHaveLength(1)
      expect(bench.requests.filter(doing('customerDelete'))).toHaveLength(1)
    }),
  )

  it(
    'whom a webhook names is recalled as a pull would give them',
    shopify(async (bench) => {
      await prepare(bench)
      bench.sandbox.seed([person(ada, { ls_text: 'x' })])
      const { connector, sandbox, clock, context, url } = bench
      const settings = connector.settings.parse(sandbox.settings(url))
      const raw = sandbox.webhook?.(ada, clock.now)
      const hints = (raw && connector.webhook?.parse(settings, raw)) ?? []
      const named = hints.flatMap((hint) => (hint.kind === 'hint' ? [hint] : []))
      const recalled = await connector.recall?.(context('read'), named)
      const { records } = await pullFrom(bench, null)
      expect(recalled).toEqual(records.filter(({ remoteId }) => remoteId === named[0]?.remoteId))
      expect(recalled).toHaveLength(1)
    }),
  )
})

it(
  'an order with more lines than a page brings comes with all of them',
  shopify(async (bench) => {
    bench.sandbox.seed([person(ada)])
    const lines = Array.from({ length: 23 }, (_, index) => ({
      sku: `SKU-${index}`,
      name: 'Thing',
      category: '',
      price: 1.5,
      quantity: 2,
    }))
    bench.sandbox.order?.({ email: ada, code: '#1', at: '2026-11-20T10:00:00Z', lines })
    const { records } = await pullFrom(bench, null)
    const [order] = records.filter((record) => record.kind === 'event')
    expect(order?.properties).toMatchObject({ order_id: '#1', revenue: 69, currency: 'EUR' })
    expect(order?.properties.products).toHaveLength(23)
  }),
)

it(
  'segments and discounts of the shop are seen, with whom they are for',
  shopify(async (bench) => {
    const rules = await bench.connector.observedRules?.(bench.context('read'))
    expect(rules?.map(({ name, kind, audience, says }) => [name, kind, audience, says])).toEqual([
      ['Returning customers', 'segment', 'number_of_orders > 1', null],
      ['WELCOME10', 'code discount', 'segments Returning customers', '10% off the whole order'],
    ])
  }),
)
