import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Call, type Connector, defineConnector, secret } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { contextFor } from '../../core/host/context.ts'
import { guardFor } from '../../core/host/guard.ts'
import type { Mode } from '../../core/host/http.ts'
import { type Pace, paceFor, unpaced } from '../../core/host/pace.ts'
import { transportThrough } from '../../core/host/transport.ts'

const now = Date.UTC(2026, 10, 21, 12)
type Answering = (response: ServerResponse, request: IncomingMessage, body: string) => void
let answer: Answering = (response) => response.end('{}')
let requests: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = []
let server: Server
let baseUrl = ''

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('utf8')
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
    answer(response, request, body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  baseUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/api/`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  requests = []
  answer = (response) => response.end('{}')
})
const replying =
  (status: number, body = '', headers: Record<string, string> = {}): Answering =>
  (response) =>
    response.writeHead(status, headers).end(body)

const connector = defineConnector({
  id: 'tool',
  title: 'Tool',
  summary: 'A tool.',
  docs: 'https://tool.example',
  channel: 'email',
  settings: z.strictObject({ baseUrl: z.url().describe('Where'), apiKey: secret('Key') }),
  keys: ['email'],
  memberships: {},
  defaults: {},
  limits: { batch: 1, concurrency: 1, perSecond: 1, timeoutMs: 10_000 },
  ways: {},
  permissions: [],
  proven: [{ by: 'sandbox', what: 'the server of this test', on: '2026-11-21' }],
  reads: [{ method: 'GET', path: '/**' }],
  connect: ({ baseUrl: url, apiKey }) => ({
    baseUrl: url,
    headers: { Authorization: `Bearer ${apiKey}` },
    bases: { files: new URL('/files/', url).href },
  }),
  check: async () => ({ account: '', epoch: '' }),
})

interface Setting {
  readonly mode?: Mode
  readonly url?: string
  readonly timeoutMs?: number
  readonly signal?: AbortSignal
  readonly pace?: Pace
  readonly allowLoopback?: boolean
  readonly errorOf?: Connector['errorOf']
  readonly log?: (message: string, fields?: Readonly<Record<string, unknown>>) => void
}
const transports = {
  true: transportThrough(guardFor({ loopback: true })),
  false: transportThrough(guardFor({ loopback: false })),
}
const context = ({
  mode = 'write',
  url = baseUrl,
  timeoutMs = 10_000,
  signal,
  pace = unpaced,
  allowLoopback = true,
  errorOf,
  log = () => {},
}: Setting = {}) =>
  contextFor({
    connector: errorOf === undefined ? connector : { ...connector, errorOf },
    settings: { baseUrl: url, apiKey: 'hunter2' },
    mode,
    transport: transports[`${allowLoopback}`],
    pace,
    limits: { ...connector.limits, timeoutMs },
    log,
    signal: signal ?? new AbortController().signal,
    now: () => now,
  })
const anything = z.unknown()
const get = { method: 'GET', path: '/contacts', reply: anything } as const
const post = { method: 'POST', path: '/contacts', json: { a: 1 }, reply: anything } as const

const failure = async (call: Call<unknown>, setting: Setting = {}): Promise<ConnectorError> => {
  try {
    await context(setting).http(call)
  } catch (error) {
    if (error instanceof ConnectorError) return error
    throw error
  }
  throw new Error('expected it to fail')
}

describe('a request', () => {
  it('goes below the base address with the credential and the query', async () => {
    await context().http({
      ...get,
      query: { since: '2026-01-01T00:00:00Z', page: 2, deep: true, none: undefined, text: 'a&b=c' },
    })
    expect(requests).toHaveLength(1)
    expect(requests[0]?.url).toBe('/api/contacts?since=2026-01-01T00%3A00%3A00Z&page=2&deep=true&text=a%26b%3Dc')
    expect(requests[0]?.headers).toMatchObject({
      authorization: 'Bearer hunter2',
      accept: 'application/json',
      'user-agent': 'leitstern',
    })
  })

  it('goes below another address of the connection where the call names it, with the credential', async () => {
    await context().http({ ...get, base: 'files' })
    expect(requests[0]).toMatchObject({ url: '/files/contacts', headers: { authorization: 'Bearer hunter2' } })
  })

  it('for an address that the connection does not have is a bug, and is not sent', async () => {
    expect(await failure({ ...get, base: 'elsewhere' })).toMatchObject({ kind: 'bug' })
    expect(requests).toEqual([])
  })

  it.each([
    ['JSON', { json: { name: 'Grüße', list: [1, null] } }, 'application/json', '{"name":"Grüße","list":[1,null]}'],
    [
      'a form',
      { form: { name: 'a b', mail: 'x+y@z' } },
      'application/x-www-form-urlencoded',
      'name=a+b&mail=x%2By%40z',
    ],
  ])('sends %s', async (_, body, type, text) => {
    await context().http({ method: 'PUT', path: '/contacts/1', reply: anything, ...body })
    expect(requests[0]).toMatchObject({ method: 'PUT', body: text })
    expect(requests[0]?.headers['content-type']).toBe(type)
  })

  it("lets the call's own headers win", async () => {
    await context().http({ ...get, headers: { Accept: 'text/csv' } })
    expect(requests[0]?.headers.accept).toBe('text/csv')
  })

  it('cannot be made two by a line break in a header', async () => {
    await context().http({ ...get, headers: { 'x-note': 'one\r\nx-evil: 1' } })
    expect(requests[0]?.headers).not.toHaveProperty('x-evil')
  })

  it.each([
    ['a JSON answer', '{"a":[1]}', { a: [1] }],
    ['a text', '<h1>Hi</h1>', '<h1>Hi</h1>'],
    ['nothing', '', undefined],
  ])('gives %s to the schema, with status and headers', async (_, text, body) => {
    answer = replying(200, text, { 'X-Rate': '7' })
    const reply = await context().http(get)
    expect(reply).toMatchObject({ status: 200, headers: { 'x-rate': '7' } })
    expect(reply.body).toEqual(body)
  })

  it('takes accepted statuses for answers', async () => {
    answer = replying(404, '{"title":"none"}')
    const reply = await context().http({ ...get, accept: [404], reply: z.object({ title: z.string() }) })
    expect([reply.status, reply.body.title]).toEqual([404, 'none'])
  })
})

describe('a failing status', () => {
  const inNine = new Date(now + 9000).toUTCString()
  it.each<[number, Record<string, string>, string, number | undefined]>([
    [400, {}, 'invalid', undefined],
    [401, {}, 'auth', undefined],
    [403, {}, 'auth', undefined],
    [404, {}, 'invalid', undefined],
    [408, {}, 'transient', undefined],
    [409, {}, 'invalid', undefined],
    [422, {}, 'invalid', undefined],
    [429, {}, 'throttled', undefined],
    [429, { 'retry-after': '7' }, 'throttled', 7000],
    [429, { 'retry-after': inNine }, 'throttled', 9000],
    [429, { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' }, 'throttled', 0],
    [429, { 'retry-after': 'soon' }, 'throttled', undefined],
    [429, { 'retry-after': '2.5' }, 'throttled', 2500],
    [429, { 'retry-after': String(now / 1000 + 30) }, 'throttled', 30_000],
    [429, { 'retry-after': '99999999' }, 'throttled', 86_400_000],
    [429, { 'x-ratelimit-reset': '999999999' }, 'throttled', 86_400_000],
    [429, { 'ratelimit-reset': '12' }, 'throttled', 12_000],
    [429, { 'x-rate-limit-time-reset-ms': '1500' }, 'throttled', 1500],
    [429, { 'x-ratelimit-reset': String(now / 1000 + 30) }, 'throttled', 30_000],
    [429, { 'x-sib-ratelimit-reset': '3', 'retry-after': '2' }, 'throttled', 2000],
    [500, {}, 'transient', undefined],
    [502, {}, 'transient', undefined],
    [503, {}, 'transient', undefined],
    [503, { 'retry-after': '3' }, 'throttled', 3000],
    [301, { location: 'https://elsewhere.example' }, 'config', undefined],
    [307, { location: '/other' }, 'config', undefined],
    [304, {}, 'config', undefined],
  ])('%i %j is %s, after %s ms', async (status, headers, kind, afterMs) => {
    answer = replying(status, status === 304 ? '' : '{"detail":"why"}', headers)
    const error = await failure(post)
    expect([error.kind, error.status, error.afterMs]).toEqual([kind, status, afterMs])
    expect(requests).toHaveLength(1)
  })

  it.each([
    ['a 403 that is a limit', 403, '{"code":"LIMIT"}', 'throttled', 60_000],
    ['a 200 that is an error', 200, '{"code":"NO_SCOPE"}', 'auth', undefined],
    ['a 403 that is one', 403, '{"code":"OTHER"}', 'auth', undefined],
  ])('%s is told by the vendor’s own code', async (_, status, text, kind, afterMs) => {
    answer = replying(status, text)
    const error = await failure(get, {
      errorOf: ({ body }) => {
        const { code } = z.object({ code: z.string() }).parse(body)
        if (code === 'LIMIT') return { kind: 'throttled', meaning: 'the limit of the day', afterMs: 60_000 }
        return code === 'NO_SCOPE' ? { kind: 'auth', meaning: 'a scope is missing' } : null
      },
    })
    expect([error.kind, error.status, error.afterMs]).toEqual([kind, status, afterMs])
  })

  it('pauses the whole lane for as long as the tool asks', async () => {
    const pauses: (number | null)[] = []
    answer = replying(429, '', { 'retry-after': '7' })
    await failure(get, { pace: { ...unpaced, slow: (until) => void pauses.push(until) } })
    expect(pauses).toEqual([now + 7000])
  })

  it('says what was asked and what was answered, and nothing private', async () => {
    answer = replying(400, '{"detail":"ada@example.test is no address, said hunter2"}')
    const path = '/contacts/ada%40example.test/tags'
    const { message } = await failure({ ...get, path, query: { email: 'ada@example.test' } })
    expect(message).toContain('calling tool, GET /contacts/[address]/tags: answered 400')
    expect(message).toContain('[address] is no address, said [secret]')
    expect(message).not.toMatch(/ada|hunter2/)
  })

  it.each([
    ['an address', { 'ada@example.test': 'x' }],
    ['a secret', { hunter2: 'x' }],
  ])('names no field that is %s', async (_, body) => {
    answer = replying(200, JSON.stringify(body))
    const { message } = await failure({ ...get, reply: z.record(z.string(), z.number()) })
    expect(message).toContain('not as expected')
    expect(message).not.toMatch(/ada|hunter2/)
  })

  it('names no phone number', async () => {
    answer = replying(400, '{"detail":"+15550001234 is no number, nor is 42"}')
    const { message } = await failure({ ...get, path: '/users/%2B15550001234' })
    expect(message).toContain('GET /users/[number]: answered 400')
    expect(message).toContain('[number] is no number, nor is 42')
  })

  it('quotes no more than the beginning of a long answer, and searches no more of it', async () => {
    answer = replying(500, 'x'.repeat(2_000_000))
    expect((await failure(get)).message.length).toBeLessThan(500)
  })
})

describe('an answer that cannot be trusted', () => {
  const strict = z.object({ results: z.array(z.object({ id: z.string() })) })
  it.each([
    ['a write', post, 'unknown'],
    ['a read', get, 'transient'],
  ])('is %s: of kind %s, with the field', async (_, call, kind) => {
    answer = replying(200, '{"results":[{"id":7}]}')
    const error = await failure({ ...call, reply: strict })
    expect([error.kind, error.status]).toEqual([kind, 200])
    expect(error.message).toContain('results.0.id')
  })

  const silences: [string, Answering, Setting][] = [
    ['no answer in time', () => {}, { timeoutMs: 60 }],
    ['an answer that only trickles', (response) => void response.writeHead(200).write('{'), { timeoutMs: 60 }],
    ['a connection that breaks', (_, request) => void request.socket.resetAndDestroy(), {}],
    ['more than ten megabytes', (response) => response.end('x'.repeat(11 * 1024 * 1024)), {}],
    [
      'little that unpacks to more',
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(11 * 1024 * 1024))),
      {},
    ],
    ['half an answer', replying(200, '{"results":[{"i'), {}],
  ]
  it.each(silences)('%s: unknown for a write, transient for a read', async (_, broken, setting) => {
    answer = broken
    expect((await failure({ ...post, reply: strict }, setting)).kind).toBe('unknown')
    expect((await failure({ ...get, reply: strict }, setting)).kind).toBe('transient')
  })

  it('is asked for no longer than until we are told to stop', async () => {
    const stop = new AbortController()
    answer = () => stop.abort()
    const error = await failure(post, { signal: stop.signal })
    expect(error.kind).toBe('unknown')
    expect((await failure(post, { signal: stop.signal })).kind).toBe('transient')
    expect(requests).toHaveLength(1)
  })
})

describe('a request that never arrives', () => {
  it.each<[string, Setting, string]>([
    ['nobody listens', { url: 'http://127.0.0.1:1' }, 'transient'],
    ['the name is unknown', { url: 'https://no-such-host.invalid' }, 'transient'],
    ['the address is inside the network', { url: 'https://10.0.0.1' }, 'config'],
    ['the address is not secure', { url: 'http://tool.example' }, 'config'],
    ['this machine is not allowed', { allowLoopback: false }, 'config'],
  ])('because %s', async (_, setting, kind) => {
    expect((await failure(post, setting)).kind).toBe(kind)
    expect(requests).toHaveLength(0)
  })

  it('because a name that looks harmless leads to this machine', async () => {
    const url = baseUrl.replace('http://127.0.0.1', 'https://localhost')
    const error = await failure(post, { url, allowLoopback: false })
    expect(error.kind).toBe('config')
    expect(error.message).toContain('inside the network')
  })

  it('because the lane was closed before its turn', async () => {
    const pace = paceFor({ perSecond: 1, concurrency: 1 }, () => now)
    pace.pauseUntil(now + 60_000)
    const failing = failure(post, { pace })
    pace.stop()
    expect((await failing).kind).toBe('transient')
    expect(requests).toHaveLength(0)
  })

  it('because only reads may', async () => {
    const error = await failure(post, { mode: 'read' })
    expect(error.kind).toBe('refused')
    expect(error.message).toContain('POST /contacts')
    await context({ mode: 'read' }).http(get)
    await context({ mode: 'setup' }).http(post)
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'POST'])
  })

  it.each(['//elsewhere.example/x', 'https://elsewhere.example/x', '/../admin', '/%2e%2e/admin', '/x?a=b'])(
    'because its path leads elsewhere: %s',
    async (path) => {
      expect((await failure({ ...get, path }, { mode: 'write' })).kind).toBe('invalid')
      expect((await failure({ ...get, path }, { mode: 'read' })).kind).toBe('invalid')
      expect(requests).toHaveLength(0)
    },
  )

  it.each(['x/y@example.test', 'x\\y', 'x%41', '..'])(
    'for %s, which somebody may well be called, by its own fault and not the connector’s',
    async (name) => {
      const path = `/contacts/${encodeURIComponent(name)}`
      expect((await failure({ ...get, path }, { mode: 'read' })).kind).toBe('invalid')
      expect(requests).toHaveLength(0)
    },
  )
})

describe('a context', () => {
  it('logs without secrets', () => {
    const lines: unknown[] = []
    const { log } = context({ log: (...line) => void lines.push(line) })
    log('with hunter2', { header: ['Bearer hunter2'] })
    log('alone')
    expect(lines).toEqual([
      ['with [secret]', { header: ['[secret]'] }],
      ['alone', {}],
    ])
  })

  it('refuses settings that do not fit, without repeating them', async () => {
    const settings = { baseUrl: 'hunter2', apiKey: 7 }
    const options = { connector, settings, mode: 'read', transport: transports.true, pace: unpaced } as const
    const make = () => contextFor({ ...options, log: () => {}, signal: new AbortController().signal, now: () => now })
    expect(make).toThrow(/reading the settings of tool: baseUrl: .*; apiKey: /)
    expect(make).not.toThrow(/hunter2/)
  })
})
