import { expect, it } from 'vitest'
import { z } from 'zod'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { changeOf, erase, push, readBack } from '../conformance/delivery.ts'
import { prepare } from '../conformance/preparation.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { needsShared, shared } from '../core/profile/shared.ts'
import { at, pullFrom } from '../plugins/subject.ts'
import { graphqlSpec } from './graphql-spec.ts'

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
    const spec = graphqlSpec('shopify', 'admin_2026-07.json.gz')
    expect(bench.requests.length).toBeGreaterThan(10)
    for (const { path, headers, body } of bench.requests) {
      expect(path).toBe('/admin/api/2026-07/graphql.json')
      expect(headers['x-shopify-access-token']).toBeTruthy()
      expect(headers['content-type']).toMatch(/^application\/json/)
      expect(spec(body), JSON.stringify(body)).toEqual([])
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

it.skipIf(shared === undefined)(`Shopify's schema refuses what it does not know${needsShared}`, () => {
  const spec = graphqlSpec('shopify', 'admin_2026-07.json.gz')
  expect(spec({ query: '{ shop { nickname } }' })).toHaveLength(1)
  const query = 'mutation ($input: CustomerSetInput!) { customerSet(input: $input) { customer { id } } }'
  expect(spec({ query, variables: { input: { firstName: 7 } } })).toHaveLength(1)
  expect(spec({ query, variables: { input: { nickname: 'x' } } })).toHaveLength(1)
  expect(spec({ query: '{ shop { id } }', variables: { after: null } })).toEqual(['variable after is unused'])
})
