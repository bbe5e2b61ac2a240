import assert from 'node:assert/strict'
import type { Connector } from '../../core/contract/connector.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { isProven } from '../../core/host/proof.ts'
import { secretsOf } from '../../core/host/redact.ts'
import { type Check, can, required, type Subject } from './check.ts'
import { person } from './workbench.ts'

const [ada, bob] = ['ada@example.test', 'bob@example.test']
const now = Date.UTC(2026, 10, 21, 12)
const hourMs = 3_600_000
/** Headers that any request has, and that prove nothing. */
const everyday = new Set(['content-type', 'content-length', 'user-agent', 'accept', 'host'])

/** A connector, its settings, and the webhook that its tool sends about somebody. */
const scene = ({ connector, sandbox }: Subject) => {
  const tool = sandbox({ now: () => now })
  tool.seed([person(ada), person(bob)])
  const settings = connector.settings.parse(tool.settings('http://127.0.0.1:9'))
  const send = required(tool.webhook)
  const hook = required(connector.webhook)
  const accepts = (request: RawRequest, at = now) => isProven(hook.proof, settings, request, at)
  const parse = (request: RawRequest) => hook.parse(settings, request)
  return { settings, hook, accepts, parse, about: (email: string) => send(email, now), good: send(ada, now) }
}
const withBody = (request: RawRequest, text: string): RawRequest => ({ ...request, body: Buffer.from(text) })
const textOf = ({ body }: RawRequest) => Buffer.from(body).toString('utf8')
const proofs = ({ headers }: RawRequest) => Object.keys(headers).filter((name) => !everyday.has(name))

/** Whether a header depends on the body. Some tools only send a shared secret: what they send can be altered unseen. */
const signsBody = (one: RawRequest, other: RawRequest) =>
  proofs(one).some((name) => one.headers[name] !== other.headers[name])
/** Whether a header tells when it was sent: in seconds, in milliseconds, or in words. */
const signsTime = (request: RawRequest) => {
  const said = proofs(request).map((name) => request.headers[name] ?? '')
  const numbers = said.flatMap((text) => text.match(/\b\d{10}(?:\d{3})?\b/g) ?? []).map(Number)
  const times = [
    ...numbers.map((number) => (number > 1e12 ? number : number * 1000)),
    ...said.map((text) => Date.parse(text)),
  ]
  return times.some((time) => Math.abs(time - now) < 2000)
}
const otherSecrets = (connector: Connector, settings: Readonly<Record<string, unknown>>) => {
  const secrets = secretsOf(connector.settings, settings)
  const swap = (value: unknown) =>
    typeof value === 'string' && secrets.includes(value) ? [...value].reverse().join('') : value
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, swap(value)]))
}

/** The same delivery with something beside its events that is none. */
const withJunk = (value: unknown): unknown => {
  if (Array.isArray(value)) return [null, 'junk', {}, ...value]
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, Array.isArray(inner) ? withJunk(inner) : inner]),
  )
}

export const webhookChecks: readonly Check[] = [
  {
    name: 'webhook: a good one is accepted and says who',
    applies: can('webhook'),
    run: async (subject) => {
      const { accepts, parse, good } = scene(subject)
      assert.equal(accepts(good), true)
      const records = parse(good)
      assert.ok(records.length > 0, 'a record must come of it')
      for (const record of records) {
        const { id, at, remoteId } = record
        assert.ok(id.length > 0 && !Number.isNaN(Date.parse(at)), `id ${id}, at ${at}`)
        assert.ok(remoteId || (record.kind !== 'hint' && record.identifiers.length > 0), 'whom it is about')
      }
    },
  },
  {
    name: 'webhook: the same delivery gives the same ids, another one others',
    applies: can('webhook'),
    run: async (subject) => {
      const { parse, about, good } = scene(subject)
      const ids = (request: RawRequest) => parse(request).map(({ id }) => id)
      assert.deepEqual(ids(good), ids(good))
      assert.ok(
        ids(about(bob)).every((id) => !ids(good).includes(id)),
        'ids must tell deliveries apart',
      )
    },
  },
  {
    name: 'webhook: an altered body is refused where the tool signs it',
    applies: can('webhook'),
    run: async (subject) => {
      const { accepts, about, good } = scene(subject)
      if (!signsBody(good, about(bob))) return
      assert.equal(accepts(withBody(good, `${textOf(good)} `)), false)
      assert.equal(accepts({ ...good, body: about(bob).body }), false)
    },
  },
  {
    name: 'webhook: an unsigned one is refused',
    applies: can('webhook'),
    run: async (subject) => {
      const { accepts, good } = scene(subject)
      assert.equal(accepts({ ...good, url: good.url.split('?')[0] ?? '', headers: {} }), false)
      for (const name of proofs(good).filter((proof) => /sign/.test(proof)))
        for (const value of ['', 'zz', `${good.headers[name]}0`.slice(1)])
          assert.equal(accepts({ ...good, headers: { ...good.headers, [name]: value } }), false, `${name}: ${value}`)
    },
  },
  {
    name: 'webhook: one signed with another secret is refused',
    applies: can('webhook'),
    run: async (subject) => {
      const { hook, settings, good } = scene(subject)
      assert.equal(isProven(hook.proof, otherSecrets(subject.connector, settings), good, now), false)
    },
  },
  {
    name: 'webhook: an old one is refused where the tool signs the time',
    applies: can('webhook'),
    run: async (subject) => {
      const { accepts, good } = scene(subject)
      if (!signsTime(good)) return
      assert.equal(accepts(good, now + hourMs), false)
      assert.equal(accepts(good, now - hourMs), false)
    },
  },
  {
    name: 'webhook: a malformed event spoils only itself',
    applies: can('webhook'),
    run: async (subject) => {
      const { parse, good } = scene(subject)
      for (const text of ['', 'junk', '{}', '[]', '[{}]', 'null', '{"events":[{}]}'])
        assert.deepEqual(parse(withBody(good, text)), [], `the body ${text}`)
      const text = textOf(good)
      if (!/^\s*[[{]/.test(text)) return
      const junk = withBody(good, JSON.stringify(withJunk(JSON.parse(text))))
      assert.deepEqual(
        parse(junk).map(({ id }) => id),
        parse(good).map(({ id }) => id),
      )
    },
  },
]
