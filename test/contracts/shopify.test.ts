import { expect, it } from 'vitest'
import { z } from 'zod'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { required } from '../conformance/check.ts'
import { changeOf, erase, push, readBack } from '../conformance/delivery.ts'
import { prepare } from '../conformance/preparation.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { needsShared, shared } from '../core/profile/shared.ts'
import { at, pullFrom } from '../plugins/subject.ts'
import { answerProblems, requestProblems, vendorSchema } from './graphql-spec.ts'

const schema = shared === undefined ? undefined : vendorSchema('shopify', 'admin_2026-07.json.gz')
const [ada, bob, fresh] = ['ada@example.test', 'bob@example.test', 'new@example.test']
const line = { sku: 'HP-1', name: 'Headphones', category: 'Audio', price: 129.9, quantity: 1 }

/** Once all that the connector can do. */
const doEverything = async (bench: Workbench) => {
  const { connector, context, sandbox, clock } = bench
  const { text, other, memberships } = await prepare(bench)
  await connector.check(context('read'))
  sandbox.seed([person(ada), person(bob)])
  const at = new Date(clock.now).toISOString()
  sandbox.order?.({ email: bob, code: '#1001', at, lines: Array.from({ length: 12 }, () => line) })
  await push(bench, [
    changeOf(connector, ada, { fields: { [text]: 'x', firstName: 'Ada', note: null }, join: memberships }),
    changeOf(connector, fresh, { fields: { [text]: 'y' }, create: true }),
  ])
  await push(bench, [changeOf(connector, ada, { fields: { [text]: null }, leave: memberships })])
  const held = await readBack(bench, [ada, bob], { fields: [text, other], memberships })
  clock.now += 3_600_000
  const { cursor } = await pullFrom(bench, null)
  await pullFrom(bench, cursor)
  const hint = { kind: 'hint', id: 'w1', at, object: 'customer', remoteId: held.get(ada)?.remoteId ?? '' } as const
  await connector.recall?.(context('read'), [hint, { ...hint, object: 'order' }])
  await connector.observedRules?.(context('read'))
  await erase(bench, [ada, bob])
}
const asked = z.object({ query: z.string() })
const fieldsIn = ({ body }: SandboxRequest): readonly string[] =>
  [...asked.parse(body).query.matchAll(/(?:^|[{\n]) *(?:\w+: )?(\w+)(?=[ ({])/g)].map(([, name = '']) => name)

it.skipIf(shared === undefined)(
  `Shopify's schema of 2026-07 knows every document that the connector sends, and takes its variables${needsShared}`,
  at('shopify')(async (bench) => {
    await doEverything(bench)
    expect(bench.requests.length).toBeGreaterThan(10)
    for (const { path, headers, body } of bench.requests) {
      expect(path).toBe('/admin/api/2026-07/graphql.json')
      expect(headers['x-shopify-access-token']).toBeTruthy()
      expect(headers['content-type']).toMatch(/^application\/json/)
      expect(requestProblems(required(schema), body), JSON.stringify(body)).toEqual([])
    }
    const met = new Set(bench.requests.flatMap(fieldsIn))
    for (const name of [
      'shop metafieldDefinitions customerByIdentifier customers orders order nodes segments discountNodes',
      'webhookSubscriptions metafieldsSet metafieldsDelete tagsAdd tagsRemove customerSet customerDelete',
      'customerRequestDataErasure metafieldDefinitionCreate webhookSubscriptionCreate',
    ].flatMap((names) => names.split(' ')))
      expect([...met], name).toContain(name)
  }),
)

it.skipIf(shared === undefined)(
  `the sandbox answers nothing that Shopify's schema does not know${needsShared}`,
  at('shopify')(async (bench) => {
    await doEverything(bench)
    bench.sandbox.seed([person(ada), person(bob)])
    bench.sandbox.order?.({ email: bob, code: '#1002', at: '2026-11-20T10:00:00Z', lines: [line] })
    for (const request of bench.requests) {
      const { data } = z.object({ data: z.unknown() }).parse(bench.sandbox.handle(request).json)
      expect(answerProblems(required(schema), request.body, data), JSON.stringify(request.body)).toEqual([])
    }
  }),
)

it.skipIf(shared === undefined)(`Shopify's schema refuses what it does not know${needsShared}`, () => {
  const problems = (body: unknown) => requestProblems(required(schema), body)
  expect(problems({ query: '{ shop { nickname } }' })).toHaveLength(1)
  const query = 'mutation ($input: CustomerSetInput!) { customerSet(input: $input) { customer { id } } }'
  expect(problems({ query, variables: { input: { firstName: 7 } } })).toHaveLength(1)
  expect(problems({ query, variables: { input: { nickname: 'x' } } })).toHaveLength(1)
  expect(problems({ query: '{ shop { id } }', variables: { after: null } })).toEqual(['variable after is unused'])
})

it.skipIf(shared === undefined)(`and answers that it would never give${needsShared}`, () => {
  const problems = (query: string, data: unknown) => answerProblems(required(schema), { query }, data)
  expect(problems('{ shop { id } }', { shop: { id: null } })).toEqual(['query.shop.id: is missing'])
  expect(problems('{ shop { id name } }', { shop: { id: 7, name: 'x' } })).toEqual(['query.shop.id: 7 is no ID'])
  const customers = '{ customers(first: 1) { nodes { state tags } } }'
  const answer = { customers: { nodes: [{ state: 'LOVELY', tags: 'vip' }] } }
  expect(problems(customers, answer)).toEqual([
    'query.customers.nodes.0.state: LOVELY is no CustomerState',
    'query.customers.nodes.0.tags: is no list',
  ])
})
