import assert from 'node:assert/strict'
import { type Check, can } from './check.ts'
import { attempt, changeOf, contactOf, readBack } from './delivery.ts'
import { prepare, spelled } from './preparation.ts'
import { atWorkbench, person, type Workbench } from './workbench.ts'

/** Everything that may run below pilot. */
const readAll = async (bench: Workbench) => {
  const { connector, context } = bench
  await connector.check(context('read'))
  await connector.fields?.(context('read'))
  if (connector.read) await readBack(bench, ['ada@example.test'], { fields: [], memberships: [] })
  if (connector.pull) for await (const page of connector.pull(context('read'), null)) assert.ok(page.cursor)
}

/** Everything that may not: each is refused, or gives up by itself. */
const writes = ({ subject, connector, context }: Workbench, text: string): readonly (() => Promise<unknown>)[] => {
  const contact = contactOf(connector, 'ada@example.test')
  const change = changeOf(connector, 'ada@example.test', { fields: { [text]: 'x' }, create: true })
  const field = { name: spelled(subject, 'ls_new'), type: 'text', label: 'New', writable: true } as const
  return [
    async () => connector.push?.(context('read'), [change]),
    async () => connector.erase?.(context('read'), [contact]),
    async () => connector.setup?.(context('read'), { fields: [field], memberships: [] }),
  ]
}

export const phaseChecks: readonly Check[] = [
  {
    name: 'phase: check, fields, pull and read only read, and leave the tool as it was',
    applies: () => true,
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        bench.sandbox.seed([person('ada@example.test')])
        const before = structuredClone(bench.sandbox.state())
        await readAll(bench)
        assert.deepEqual(bench.sandbox.state(), before)
      }),
  },
  {
    name: 'phase: no write gets through where only reads may',
    applies: can('push'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const { text } = await prepare(bench)
        bench.sandbox.seed([person('ada@example.test')])
        const before = structuredClone(bench.sandbox.state())
        for (const write of writes(bench, text)) {
          const { value, error } = await attempt(write)
          if (error) assert.equal(error.kind, 'refused', error.message)
          assert.doesNotMatch(JSON.stringify(value ?? ''), /"status":"(applied|unchanged)"/)
        }
        assert.deepEqual(bench.sandbox.state(), before)
      }),
  },
]
