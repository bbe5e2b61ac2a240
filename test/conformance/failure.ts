import assert from 'node:assert/strict'
import type { ErrorKind } from '../../core/contract/errors.ts'
import type { SandboxReply } from '../../core/contract/sandbox.ts'
import type { Afterwards, Intercept, Mishap } from '../../core/host/sandbox-server.ts'
import { type Check, can, required, type Subject } from './check.ts'
import { attempt, changeOf, idOf, isDone, push, readBack } from './delivery.ts'
import { prepare } from './preparation.ts'
import { atWorkbench, patienceMs, person, type Workbench } from './workbench.ts'

interface Failing {
  readonly name: string
  readonly reply: SandboxReply | Mishap | Afterwards | ((now: number) => SandboxReply)
  /** How the call may fail. */
  readonly kinds: readonly ErrorKind[]
  readonly afterMs?: number
  readonly timeoutMs?: number
}
const failings: readonly Failing[] = [
  {
    name: '429 with seconds to wait',
    reply: { status: 429, headers: { 'retry-after': '7' }, json: {} },
    kinds: ['throttled'],
    afterMs: 7000,
  },
  {
    name: '429 with a time to wait for',
    reply: (now) => ({ status: 429, headers: { 'retry-after': new Date(now + 9000).toUTCString() }, json: {} }),
    kinds: ['throttled'],
    afterMs: 9000,
  },
  { name: '500', reply: { status: 500, json: { message: 'internal' } }, kinds: ['transient'] },
  {
    name: '503 with text',
    reply: { status: 503, headers: { 'content-type': 'text/html' }, json: '<h1>Maintenance</h1>' },
    kinds: ['transient'],
  },
  { name: '401', reply: { status: 401, json: { message: 'expired' } }, kinds: ['auth'] },
  { name: 'no answer', reply: 'hang', kinds: ['unknown', 'transient'], timeoutMs: 250 },
  { name: 'a broken connection', reply: 'reset', kinds: ['unknown', 'transient'] },
  { name: 'half an answer', reply: 'truncate', kinds: ['unknown', 'transient'] },
  { name: 'an empty object', reply: { status: 200, json: {} }, kinds: ['unknown', 'transient', 'invalid'] },
  { name: 'nothing at all', reply: { status: 200 }, kinds: ['unknown', 'transient', 'invalid'] },
  {
    name: 'done, but 500',
    reply: { does: 'all', gives: { status: 500, json: { message: 'internal' } } },
    kinds: ['transient'],
  },
  {
    name: 'done, but no answer',
    reply: { does: 'all', gives: 'hang' },
    kinds: ['unknown', 'transient'],
    timeoutMs: 250,
  },
]

const faultOf = ({ reply }: Failing, { clock }: Workbench) => (typeof reply === 'function' ? reply(clock.now) : reply)

/** Where it strikes: at once, only when something is written, or only after one write went well. */
const scopes: Readonly<Record<string, (bench: Workbench) => (strike: Intercept) => Intercept>> = {
  always: () => (strike) => strike,
  'on every write': (bench) => (strike) => (request) => (bench.isReading(request) ? null : strike(request)),
  'after the first write': (bench) => (strike) => {
    let writes = 0
    return (request) => {
      if (bench.isReading(request)) return null
      writes += 1
      return writes > 1 ? strike(request) : null
    }
  },
}

const [known, fresh] = ['ada@example.test', 'new@example.test']

const holds = ({ seen }: Workbench, email: string, field: string) => seen(email)?.fields[field] === 'x'

/** Pushes while the tool fails. Whatever comes back must not claim what the tool does not hold, nor give up for good. */
const pushWhileFailing = (
  subject: Subject,
  failing: Failing,
  scope: (bench: Workbench) => (strike: Intercept) => Intercept,
) =>
  atWorkbench(subject, async (bench) => {
    const { connector, sandbox, breakBy } = bench
    const { text } = await prepare(bench)
    sandbox.seed([person(known)])
    const changes = [known, fresh].map((email) => changeOf(connector, email, { create: true, fields: { [text]: 'x' } }))
    breakBy(scope(bench)(() => faultOf(failing, bench)))
    const timeoutMs = failing.timeoutMs ?? patienceMs
    const { value, error } = await attempt(() => push(bench, changes, { timeoutMs }))
    if (error) {
      assert.ok(failing.kinds.includes(error.kind), `it failed as ${error.kind}: ${error.message}`)
      if (failing.afterMs !== undefined) assert.equal(error.afterMs, failing.afterMs, 'how long the tool asked to wait')
      return
    }
    for (const email of [known, fresh]) {
      const receipt = required(value?.get(idOf(email)))
      if (isDone(receipt))
        assert.ok(holds(bench, email, text), `${email} is ${receipt.status}, but the tool does not hold it`)
      else assert.equal(receipt.status, 'retry', `${email}: a tool that fails is no verdict on a contact`)
    }
  })

const readWhileFailing = (subject: Subject, failing: Failing) =>
  atWorkbench(subject, async (bench) => {
    bench.sandbox.seed([person(known)])
    bench.breakBy(() => faultOf(failing, bench))
    const timeoutMs = failing.timeoutMs ?? patienceMs
    const { value, error } = await attempt(() =>
      readBack(bench, [known], { fields: [], memberships: [] }, { timeoutMs }),
    )
    if (error) assert.ok(failing.kinds.includes(error.kind), `it failed as ${error.kind}: ${error.message}`)
    else assert.ok(value.get(known), 'a tool that fails does not say that there is no such contact')
  })

const pushChecks = failings.flatMap((failing) =>
  Object.entries(scopes).map(
    ([when, scope]): Check => ({
      name: `failing push: ${failing.name}, ${when}: nothing is reported as applied that is not`,
      applies: can('push'),
      run: (subject) => pushWhileFailing(subject, failing, scope),
    }),
  ),
)
const readChecks = failings.map(
  (failing): Check => ({
    name: `failing read: ${failing.name}: nobody is reported as missing`,
    applies: can('read'),
    run: (subject) => readWhileFailing(subject, failing),
  }),
)
export const failureChecks: readonly Check[] = [...pushChecks, ...readChecks]
