import assert from 'node:assert/strict'
import { type Check, can } from './check.ts'
import { erase, pushOne, readBack } from './delivery.ts'
import { prepare } from './preparation.ts'
import { atWorkbench, person } from './workbench.ts'

const [ada, bob] = ['ada@example.test', 'bob@example.test']

export const erasureChecks: readonly Check[] = [
  {
    name: 'erase: leaves no trace, and everybody else alone',
    applies: can('erase', 'push'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const { text, memberships } = await prepare(bench)
        bench.sandbox.seed([person(ada), person(bob)])
        await pushOne(bench, ada, { fields: { [text]: 'a secret wish' }, join: memberships })
        await pushOne(bench, 'new@example.test', { fields: { [text]: 'a secret wish' }, create: true })
        assert.deepEqual(await erase(bench, [ada, 'new@example.test']), ['applied', 'applied'])
        const left = JSON.stringify(bench.sandbox.state()).toLowerCase()
        for (const trace of [ada, 'new@example.test', 'a secret wish'])
          assert.ok(!left.includes(trace), `the tool still holds "${trace}"`)
        assert.ok(bench.seen(bob), 'somebody else has gone, too')
      }),
  },
  {
    name: 'erase: twice, or for somebody unknown, changes nothing',
    applies: can('erase'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        bench.sandbox.seed([person(ada), person(bob)])
        assert.deepEqual(await erase(bench, [ada]), ['applied'])
        const once = structuredClone(bench.sandbox.contacts())
        assert.deepEqual(await erase(bench, [ada, 'stranger@example.test']), ['unchanged', 'unchanged'])
        assert.deepEqual(bench.sandbox.contacts(), once)
      }),
  },
  {
    name: 'erase: read finds nobody afterwards',
    applies: can('erase', 'read'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        bench.sandbox.seed([person(ada)])
        await erase(bench, [ada])
        assert.equal((await readBack(bench, [ada], { fields: [], memberships: [] })).get(ada), null)
      }),
  },
  {
    name: 'erase: a tool that fails is never taken for one that has erased',
    applies: can('erase'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        bench.sandbox.seed([person(ada)])
        for (const status of [500, 429, 401]) {
          bench.breakBy((request) => (bench.isReading(request) ? null : { status, json: {} }))
          const statuses = await erase(bench, [ada]).catch(() => ['retry'])
          assert.deepEqual(statuses, ['retry'], `while it answered ${status}`)
        }
      }),
  },
]
