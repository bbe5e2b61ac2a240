import assert from 'node:assert/strict'
import type { SourceRecord } from '../../core/contract/record.ts'
import { type Check, can, required } from './check.ts'
import { erase, pushOne, readBack } from './delivery.ts'
import { prepare } from './preparation.ts'
import { atWorkbench, person, type Workbench } from './workbench.ts'

const [ada, bob] = ['ada@example.test', 'bob@example.test']

/** Everything that a pull from the beginning says, as text. */
const told = async ({ connector, context }: Workbench): Promise<string> => {
  const records: SourceRecord[] = []
  for await (const page of required(connector.pull)(context('read'), null)) records.push(...page.records)
  return JSON.stringify(records).toLowerCase()
}

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
    name: 'erase: pull names the person no more, not even by an old order',
    applies: can('erase', 'pull'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        bench.sandbox.seed([person(ada), person(bob)])
        const at = new Date(bench.clock.now).toISOString()
        const lines = [{ sku: 'HP-1', name: 'Headphones', category: 'Audio', price: 129.9, quantity: 2 }]
        bench.sandbox.order?.({ email: ada, code: 'ORDER-1', at, lines })
        bench.clock.now += 60_000
        assert.ok((await told(bench)).includes(ada), 'before, it does')
        await erase(bench, [ada])
        const left = await told(bench)
        assert.ok(!left.includes(ada), 'it names whoever was erased')
        assert.ok(left.includes(bob), 'it says nothing of somebody else any more')
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
