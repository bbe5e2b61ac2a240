import assert from 'node:assert/strict'
import { type Check, can, required } from './check.ts'
import { contactOf, idOf, pushOne, readBack } from './delivery.ts'
import { prepare } from './preparation.ts'
import { atWorkbench, person } from './workbench.ts'

const ada = 'ada@example.test'
const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1)

export const readChecks: readonly Check[] = [
  {
    name: 'read: gives back exactly what push delivered',
    applies: can('read', 'push'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const { text, other, memberships } = await prepare(bench)
        bench.sandbox.seed([person(ada)])
        const joined = memberships.slice(0, 1)
        const receipt = await pushOne(bench, ada, { fields: { [text]: 'x' }, join: joined })
        const held = (await readBack(bench, [ada], { fields: [text, other], memberships })).get(ada)
        assert.deepEqual(held?.fields, { [text]: 'x', [other]: null }, 'each wanted field, null when it is empty')
        assert.deepEqual([...(held?.memberships ?? [])].sort(byName), joined)
        assert.equal(held?.remoteId, 'remoteId' in receipt ? receipt.remoteId : '', 'one id, in receipts and in reads')
      }),
  },
  {
    name: 'read: a contact that the tool does not know is null',
    applies: can('read'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        bench.sandbox.seed([person(ada)])
        const held = await readBack(bench, ['stranger@example.test', ada], { fields: [], memberships: [] })
        assert.equal(held.get('stranger@example.test'), null)
        assert.ok(held.get(ada))
      }),
  },
  {
    name: 'read: sees what somebody altered in the tool itself',
    applies: can('read'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const { text, memberships } = await prepare(bench)
        const [first] = memberships
        const seeded = first ? [`${first.kind}/${first.name}`] : []
        bench.sandbox.seed([{ ...person(ada, { [text]: 'by hand' }), memberships: seeded }])
        const held = (await readBack(bench, [ada], { fields: [text], memberships })).get(ada)
        assert.equal(held?.fields[text], 'by hand')
        assert.deepEqual(held?.memberships, first ? [first] : [])
      }),
  },
  {
    name: "read: finds a contact by the tool's own id as well",
    applies: can('read'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const { text } = await prepare(bench)
        bench.sandbox.seed([person(ada, { [text]: 'x' })])
        const wanted = { fields: [text], memberships: [] }
        const remoteId = (await readBack(bench, [ada], wanted)).get(ada)?.remoteId
        const contact = contactOf(bench.connector, ada, remoteId)
        const again = await required(bench.connector.read)(bench.context('read'), [contact], wanted)
        assert.equal(again.get(idOf(ada))?.fields[text], 'x')
      }),
  },
  {
    name: 'read: a full batch among many contacts is found',
    applies: can('read'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const { text } = await prepare(bench)
        const emails = Array.from({ length: 230 }, (_, index) => `many-${index}@example.test`)
        bench.sandbox.seed(emails.map((email) => person(email, { [text]: email })))
        const wanted = emails.slice(-Math.min(bench.connector.limits.batch, 120))
        const held = await readBack(bench, wanted, { fields: [text], memberships: [] })
        for (const email of wanted) assert.equal(held.get(email)?.fields[text], email)
      }),
  },
]
