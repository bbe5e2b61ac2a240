import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Asked } from '../support/ask.ts'
import { adaId } from '../support/operations.ts'
import { type ServedHub, servedHub } from '../support/served.ts'
import { spoken } from '../support/spoken.ts'

let hub: ServedHub
beforeAll(async () => {
  hub = await servedHub()
})
afterAll(() => hub.stop())

const key = 'key-all'
const deep = (levels: number, open: string, close: string): string => open.repeat(levels) + close.repeat(levels)
const bomb = deep(40_000, '[', ']')
const objectBomb = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`
const wide = JSON.stringify({ profile: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`t${i}`, 'x'])) })
const prototypes = '{"__proto__":{"admin":true},"constructor":{"prototype":{"x":1}}}'

const requests: readonly (readonly [string, string, Asked])[] = [
  ['a depth bomb of lists to ingest', '/v1/batch', { raw: `{"batch":[${bomb}]}` }],
  ['a depth bomb of objects to ingest', '/v1/batch', { raw: `{"batch":[{"properties":${objectBomb}}]}` }],
  ['a depth bomb to decide', '/v1/decide', { raw: `{"profile":{"userId":"u1"},"context":{"a":${bomb}}}` }],
  ['a depth bomb in place of a profile', '/v1/decide', { raw: `{"profile":${bomb}}` }],
  ['a depth bomb as a whole body', '/v1/decide', { raw: bomb }],
  ['very many identifiers', '/v1/decide', { raw: wide }],
  ['prototype keys to ingest', '/v1/track', { raw: prototypes }],
  ['prototype keys to decide', '/v1/decide', { raw: `{"profile":${prototypes}}` }],
  [
    'prototype keys as placements',
    '/v1/decide',
    { json: { profile: { a: 'b' }, placements: ['__proto__', 'toString'] } },
  ],
  ['prototype keys in a phase', '/v1/connectors/mail/phase', { raw: '{"phase":"__proto__"}' }],
  ['a prototype as a query', '/v1/profiles?__proto__=1&constructor=2&limit[]=3', {}],
  ['NUL in a path', '/v1/profiles/%00', {}],
  ['NUL in an identifier', '/v1/profiles?identifier=email:%00', {}],
  ['a path that is no UTF-8', '/v1/profiles/%E0%A4%A', {}],
  ['a query that is no UTF-8', '/v1/profiles?identifier=%E0%A4%A', {}],
  ['dots in a path', '/v1/profiles/..%2f..%2fetc%2fpasswd', {}],
  ['a doubled slash', '//v1//profiles', {}],
  ['a very long path', `/v1/profiles/${'x'.repeat(8_000)}`, {}],
  ['a lone surrogate', '/v1/decide', { raw: '{"profile":{"email":"\\ud800"}}' }],
  ['huge numbers', '/v1/decide', { raw: '{"profile":{"userId":1e999}}' }],
  ['a number without end', '/v1/track', { raw: `{"a":${'9'.repeat(10_000)}}` }],
  ['a cursor of nonsense', '/v1/profiles?cursor=%00%ff', {}],
  ['an unknown charset', '/v1/track', { raw: '{}', headers: { 'content-type': 'application/json; charset=klingon' } }],
  ['a content type that cannot be read', '/v1/track', { raw: '{}', headers: { 'content-type': ';;;' } }],
  ['a slot of a prototype', `/v1/profiles/${adaId}/explain?slot=__proto__`, {}],
]

describe('hostile requests', () => {
  it.each(requests)('%s never becomes an error of ours', async (_, path, asked) => {
    const { status, headers } = await hub.ask(path, { key, ...asked })
    expect(status).toBeLessThan(500)
    if (status >= 400) expect(headers.get('content-type')).toContain('application/problem+json')
  })

  it('a path that cannot be read is told apart from a body that cannot', async () => {
    const { status, body } = await hub.ask('/v1/profiles/%E0%A4%A', { key })
    expect([status, Object(body).type]).toEqual([400, '/problems/unreadable-path'])
  })

  it('nothing polluted the prototype of objects', () => {
    expect(Object.keys(Object.prototype)).toEqual([])
    expect({}).not.toHaveProperty('admin')
  })
})

const request = (line: string, ...headers: string[]): string =>
  `${[line, 'Host: x', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`

describe('bytes that no client sends', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    [
      'of two Authorization headers the first counts',
      request('GET /v1/profiles HTTP/1.1', 'Authorization: Bearer key-read', 'Authorization: Bearer key-ingest'),
      / 200 /,
    ],
    [
      'two X-API-Key headers are no key',
      request('GET /v1/profiles HTTP/1.1', 'X-API-Key: key-read', 'X-API-Key: key-ingest'),
      / 401 /,
    ],
    [
      'two lengths',
      `${request('POST /v1/track HTTP/1.1', 'X-API-Key: key-all', 'Content-Length: 2', 'Content-Length: 3')}{}`,
      / 400 /,
    ],
    ['a NUL byte in the path', request('GET /v1/profiles/\0 HTTP/1.1', 'X-API-Key: key-all'), / 400 /],
    ['no HTTP', 'hello\r\n\r\n', / 400 /],
    ['an absolute address', request('GET http://x/healthz HTTP/1.1'), / 200 /],
    ['a path that is a star', request('OPTIONS * HTTP/1.1'), / 40[0-9] /],
    ['a body shorter than it says, and the end', request('POST /v1/hooks/none HTTP/1.1', 'Content-Length: 0'), / 404 /],
  ]
  it.each(cases)('%s', async (_, bytes, status) => {
    const [line] = (await spoken(hub.url, bytes)).split('\r\n', 1)
    expect(line).toMatch(status)
  })
})

describe('inner errors', () => {
  it('leave as a bare 500: no message, no stack, no name', async () => {
    const other = await servedHub({
      decide: async () => {
        throw new TypeError('reading profile email:ada@example.test: SQLITE_CORRUPT')
      },
    })
    const { status, text, headers } = await other.ask('/v1/decide', { key, json: { profile: { userId: 'u1' } } })
    await other.stop()
    expect(status).toBe(500)
    expect(headers.get('content-type')).toContain('application/problem+json')
    expect(JSON.parse(text)).toEqual({
      type: '/problems/internal',
      title: 'Something went wrong inside the hub',
      status: 500,
      detail: 'The hub has logged what happened.',
    })
  })

  it('an answer that does not fit its documented shape is one too, and does not leave', async () => {
    const other = await servedHub({ metrics: async () => JSON.parse('{"secret":1}') })
    const { status, text } = await other.ask('/metrics')
    await other.stop()
    expect(status).toBe(500)
    expect(text).not.toContain('secret')
  })
})

describe('headers of every answer', () => {
  it.each(['/healthz', '/v1/profiles', '/nowhere'])('%s: hardened, and silent about what runs here', async (path) => {
    const { headers } = await hub.ask(path)
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain("default-src 'self'")
  })
})
