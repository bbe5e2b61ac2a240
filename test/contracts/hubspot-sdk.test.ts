import * as contacts from '@hubspot/api-client/lib/codegen/crm/contacts/models/all.js'
import * as lists from '@hubspot/api-client/lib/codegen/crm/lists/models/all.js'
import * as properties from '@hubspot/api-client/lib/codegen/crm/properties/models/all.js'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import type { definitionOf } from '../../plugins/hubspot/property.ts'
import type { Input } from '../../plugins/hubspot/write.ts'
import { required } from '../conformance/check.ts'
import { changeOf, contactOf, erase, push } from '../conformance/delivery.ts'
import { needsOf } from '../conformance/preparation.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { at, pullFrom } from '../plugins/subject.ts'

/** What the SDK says of the properties of one of its models. */
const described = z.array(z.object({ baseName: z.string(), type: z.string() }))
const model = z.custom<{ readonly getAttributeTypeMap: () => unknown }>(
  (value) => typeof value === 'function' && 'getAttributeTypeMap' in value,
)
const models = new Map(
  [contacts, lists, properties]
    .flatMap((all) => Object.entries(all))
    .flatMap(([name, value]) => {
      const known = model.safeParse(value).data
      return known ? [[name, described.parse(known.getAttributeTypeMap())] as const] : []
    }),
)

/** What a value has that the SDK's type does not, as paths. Names of enums are no models: their values are texts. */
const strays = (value: unknown, type: string, path: string): readonly string[] => {
  const [, inner] = /^Array<(.+)>$/.exec(type) ?? []
  if (inner !== undefined)
    return Array.isArray(value) ? value.flatMap((item, index) => strays(item, inner, `${path}[${index}]`)) : [path]
  const known = models.get(type)
  if (known) {
    const given = z.record(z.string(), z.unknown()).safeParse(value).data
    return Object.entries(given ?? { '(no object)': value }).flatMap(([name, part]) => {
      const property = known.find(({ baseName }) => baseName === name)
      return property ? strays(part, property.type, `${path}.${name}`) : [`${path}.${name}`]
    })
  }
  if (type.startsWith('{')) return z.record(z.string(), z.string()).safeParse(value).success ? [] : [path]
  const expected = type === 'number' || type === 'boolean' ? type : 'string'
  return typeof value === expected ? [] : [path]
}

/** The model of each body that the connector sends. */
const bodies: readonly (readonly [RegExp, string])[] = [
  [/^POST .*\/batch\/upsert$/, 'BatchInputSimplePublicObjectBatchInputUpsert'],
  [/^POST .*\/batch\/update$/, 'BatchInputSimplePublicObjectBatchInput'],
  [/^POST .*\/objects\/contacts\/batch\/read$/, 'BatchReadInputSimplePublicObjectId'],
  [/^POST .*\/contacts\/search$/, 'PublicObjectSearchRequest'],
  [/^POST .*\/gdpr-delete$/, 'PublicGdprDeleteInput'],
  [/^POST .*\/properties\/contacts\/groups$/, 'PropertyGroupCreate'],
  [/^POST .*\/properties\/contacts\/batch\/create$/, 'BatchInputPropertyCreate'],
  [/^POST .*\/lists\/$/, 'ListCreateRequest'],
  [/^PUT .*\/memberships\/add-and-remove$/, 'MembershipChangeRequest'],
]
const modelFor = ({ method, path }: SandboxRequest) =>
  bodies.find(([pattern]) => pattern.test(`${method} ${path}`))?.[1]
/** One call is not in the SDK: which lists a number of contacts is in. */
const isOutside = (path: string) => path.endsWith('/lists/records/memberships/batch/read')
/** The README of the SDK sorts by objects in JavaScript and by texts in TypeScript; the API takes both. */
const isKnown = (stray: string) => stray.includes('.sorts[')

/** Everything that the connector sends a body for. */
const doAll = async (bench: Workbench) => {
  const { connector, context, sandbox } = bench
  sandbox.seed([person('ada@example.test')])
  const needs = needsOf(bench.subject)
  await required(connector.setup)(context('setup'), needs)
  const step = { fields: { ls_text: 'x', ls_number: 1 }, join: needs.memberships, create: true }
  await push(
    bench,
    ['ada@example.test', 'new@example.test'].map((email) => changeOf(connector, email, step)),
  )
  await push(bench, [changeOf(connector, 'ada@example.test', { fields: { ls_text: 'y' } })])
  await pullFrom(bench, null)
  await required(connector.read)(context('read'), [contactOf(connector, 'ada@example.test')], {
    fields: ['ls_text'],
    memberships: needs.memberships,
  })
  await erase(bench, ['ada@example.test'])
}

describe('what HubSpot gets', () => {
  it(
    'is what its own SDK would send',
    at('hubspot')(async (bench) => {
      await doAll(bench)
      const sent = bench.requests.filter(({ path, body }) => typeof body === 'object' && !isOutside(path))
      const judged = sent.map((request) => [modelFor(request), request.body] as const)
      for (const [name] of judged) expect(models.has(name ?? ''), `${name} is a model of the SDK`).toBe(true)
      expect(new Set(judged.map(([name]) => name))).toEqual(new Set(bodies.map(([, name]) => name)))
      const odd = judged.flatMap(([name = '', body]) => strays(body, name, name))
      expect(odd.filter((stray) => !isKnown(stray))).toEqual([])
    }),
  )

  it('would be seen where it is not', () => {
    const body = { inputs: [{ id: 1, properties: { a: 'x' }, surprise: 'x' }] }
    expect(strays(body, 'BatchInputSimplePublicObjectBatchInput', 'body')).toEqual([
      'body.inputs[0].id',
      'body.inputs[0].surprise',
    ])
  })

  it('has the types of the SDK', () => {
    expectTypeOf<Input>().toExtend<contacts.SimplePublicObjectBatchInput>()
    expectTypeOf<Input>().toExtend<contacts.SimplePublicObjectBatchInputUpsert>()
    type Definition = ReturnType<typeof definitionOf>
    expectTypeOf<Pick<Definition, 'name' | 'label' | 'groupName'>>().toExtend<
      Pick<properties.PropertyCreate, 'name' | 'label' | 'groupName'>
    >()
  })
})
