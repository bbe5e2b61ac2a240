import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { changeOf, erase, push } from '../conformance/delivery.ts'
import { person, type Workbench } from '../conformance/workbench.ts'
import { needsShared, shared, sharedText } from '../core/profile/shared.ts'
import { at } from '../plugins/subject.ts'

const names = ['members', 'members-add', 'members-edit', 'labels', 'labels-add', 'webhooks', 'webhooks-add']
/** @tryghost/admin-api-schema 4.7.5, which Ghost itself judges bodies by. */
const judge = () => {
  const ajv = new Ajv({ strict: false, validateFormats: false })
  for (const name of names) ajv.addSchema(JSON.parse(sharedText('contracts', 'specs', 'ghost', `${name}.json`)))
  return ajv
}
/** Which schema a write is under; a write under none is one that the contract does not know. */
const schemas: readonly (readonly [RegExp, string])[] = [
  [/^POST \/members\/$/, 'members.add'],
  [/^PUT \/members\/[0-9a-f]{24}\/$/, 'members.edit'],
  [/^POST \/labels\/$/, 'labels.add'],
  [/^POST \/webhooks\/$/, 'webhooks.add'],
]
const called = ({ method, path }: SandboxRequest) =>
  `${method} ${path.replace('/ghost/api/admin', '').replace(/\?.*$/, '')}`

/** Everything that the connector writes: setup, creation, fields, labels, emptying, erasure. */
const writeAll = async (bench: Workbench) => {
  const { connector } = bench
  const label = { kind: 'label', name: 'Headphone fans' }
  bench.sandbox.seed([person('ada@example.test', { hero: 'old' })])
  await connector.setup?.(bench.context('setup'), { fields: [], memberships: [label] })
  await push(bench, [
    changeOf(connector, 'ada@example.test', { fields: { hero: null, name: 'Ada', note: 'x' }, join: [label] }),
    changeOf(connector, 'new@example.test', { create: true, fields: { hero: 'Pflege' }, join: [label] }),
  ])
  await push(bench, [changeOf(connector, 'ada@example.test', { fields: { name: null, note: null }, leave: [label] })])
  await erase(bench, ['new@example.test'])
}

describe.skipIf(shared === undefined)(`Ghost's own schemas of what it is sent${needsShared}`, () => {
  it(
    'take every body that the connector sends',
    at('ghost')(async (bench) => {
      await writeAll(bench)
      const writes = bench.requests.filter(({ body }) => body !== undefined)
      const ajv = judge()
      const met = new Set<string>()
      for (const request of writes) {
        const schema = schemas.find(([pattern]) => pattern.test(called(request)))?.[1] ?? ''
        expect(ajv.validate(schema, request.body), `${called(request)}: ${ajv.errorsText()}`).toBe(true)
        met.add(schema)
      }
      expect([...met].sort()).toEqual(schemas.map(([, name]) => name).sort())
    }),
  )

  it('refuse what they do not know', () => {
    const ajv = judge()
    expect(ajv.validate('members.edit', { members: [{ headline: 'x' }] })).toBe(false)
    expect(ajv.validate('members.edit', { members: [{ note: null }] })).toBe(false)
  })
})
