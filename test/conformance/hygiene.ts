import assert from 'node:assert/strict'
import { secretsOf } from '../../core/host/redact.ts'
import { type Check, can } from './check.ts'
import { attempt, changeOf, push, pushOne } from './delivery.ts'
import { prepare } from './preparation.ts'
import { atWorkbench, person, type Workbench } from './workbench.ts'

const ada = 'ada@example.test'
const script = '<script>alert(1)</script>'

/** Everything that a connector says while it checks, pushes and fails. */
const said = async (bench: Workbench, text: string) => {
  const { connector, context, sandbox, logged } = bench
  const change = (email: string) => changeOf(connector, email, { create: true, fields: { [text]: 'x' } })
  const checked = await connector.check(context('read'))
  const pushed = connector.push ? [...(await push(bench, [change(ada), change(sandbox.refused)])).values()] : []
  bench.breakBy(({ headers }) => ({ status: 500, json: { headers } }))
  const failed = await attempt(async () => connector.check(context('read')))
  return JSON.stringify([checked, pushed, failed.error?.message, String(failed.error?.cause), ...logged])
}

export const hygieneChecks: readonly Check[] = [
  {
    name: 'hygiene: no secret in logs, receipts or errors',
    applies: () => true,
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const { text } = await prepare(bench)
        const words = await said(bench, text)
        const secrets = secretsOf(subject.connector.settings, bench.sandbox.settings(bench.url))
        for (const secret of secrets) assert.ok(!words.includes(secret), 'it gives a secret away')
      }),
  },
  {
    name: 'hygiene: two accounts side by side do not mix',
    applies: can('push'),
    run: (subject) =>
      atWorkbench(subject, (one) =>
        atWorkbench(subject, async (two) => {
          const { text } = await prepare(one)
          await prepare(two)
          const before = structuredClone(two.sandbox.contacts())
          await pushOne(one, ada, { create: true, fields: { [text]: 'one' } })
          assert.deepEqual(two.sandbox.contacts(), before)
          await pushOne(two, ada, { create: true, fields: { [text]: 'two' } })
          assert.equal(one.seen(ada)?.fields[text], 'one')
          assert.equal(two.seen(ada)?.fields[text], 'two')
        }),
      ),
  },
  {
    name: 'hygiene: talks through the core and by no other way',
    applies: can('push'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const { fetch } = globalThis
        const elsewhere: unknown[] = []
        globalThis.fetch = async (where) => {
          elsewhere.push(where)
          throw new Error('a connector has ctx.http')
        }
        try {
          const { text } = await prepare(bench)
          await bench.connector.check(bench.context('read'))
          await pushOne(bench, ada, { create: true, fields: { [text]: 'x' } })
        } finally {
          globalThis.fetch = fetch
        }
        assert.deepEqual(elsewhere, [])
      }),
  },
  {
    name: 'sandbox: the page shows what was delivered, and runs nothing that was',
    applies: can('push'),
    run: (subject) =>
      atWorkbench(subject, async (bench) => {
        const { text } = await prepare(bench)
        bench.sandbox.seed([{ ...person(ada), firstName: script }])
        await pushOne(bench, ada, { fields: { [text]: 'Pflege für Kopfhörer' } })
        const response = await fetch(`${bench.url}/__sandbox/page?email=${encodeURIComponent(ada)}`)
        const page = await response.text()
        assert.ok(page.includes('Pflege für Kopfhörer'), 'the page must show what was delivered')
        assert.match(page, /sandbox/i, 'the page must say that it is no real tool')
        bench.sandbox.seed([person(ada, { [text]: script })])
        assert.ok(!bench.sandbox.page(ada).includes(script), 'the page must escape')
        assert.ok(!page.includes(script), 'the page must escape')
        bench.sandbox.seed([person(ada, { [text]: 'javascript:alert(1)' })])
        assert.doesNotMatch(bench.sandbox.page(ada), /(href|src)=["']?javascript:/i, 'a script must not become a link')
      }),
  },
  {
    name: 'sandbox: its state survives a restart',
    applies: () => true,
    run: (subject) =>
      atWorkbench(subject, (one) =>
        atWorkbench(subject, async (two) => {
          const { text } = await prepare(one)
          one.sandbox.seed([person(ada, { [text]: 'x' })])
          two.sandbox.restore(JSON.parse(JSON.stringify(one.sandbox.state())))
          assert.deepEqual(two.sandbox.contacts(), one.sandbox.contacts())
          assert.deepEqual(two.sandbox.state(), one.sandbox.state())
        }),
      ),
  },
]
