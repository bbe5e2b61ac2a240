import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { pageOrigin } from '../support/operations.ts'
import { type ServedHub, servedHub } from '../support/served.ts'
import { spoken } from '../support/spoken.ts'

type Bytes = string | Uint8Array
type Case = readonly [name: string, bytes: Bytes, answer: RegExp]

let doors: { readonly front: ServedHub; readonly back: ServedHub }
beforeAll(async () => {
  const overrides = { revokeKey: async () => true }
  doors = { front: await servedHub(overrides), back: await servedHub(overrides, { door: 'back' }) }
})
beforeEach(() => {
  for (const { logs, received } of Object.values(doors)) {
    logs.length = 0
    received.length = 0
  }
})
afterAll(() => Promise.all([doors.front.stop(), doors.back.stop()]))

/** A request whose answer ends the connection. */
const head = (line: string, ...headers: readonly string[]): string =>
  `${[`${line} HTTP/1.1`, 'Host: hub', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`
const joined = (start: string, body: Bytes): Uint8Array => Buffer.concat([Buffer.from(start), Buffer.from(body)])
/** Header lines and a body, with its length unless the lines state one. */
const post = (path: string, body: Bytes, ...headers: readonly string[]): Uint8Array => {
  const length = headers.some((line) => /^(content-length|transfer-encoding)/i.test(line))
    ? []
    : [`Content-Length: ${Buffer.byteLength(body)}`]
  return joined(head(`POST ${path}`, ...length, ...headers), body)
}

const decideBody = JSON.stringify({ profile: { anonymousId: 'a1' } })
const batchBody = JSON.stringify({ batch: [{ type: 'track', userId: 'u1', event: 'Grüße' }] })
const key = 'Authorization: Bearer key-all'
const basic = (user: string): string => `Authorization: Basic ${Buffer.from(`${user}:`).toString('base64')}`
const decide = (body: Bytes, ...headers: readonly string[]) => post('/v1/decide', body, key, ...headers)
const batch = (body: Bytes, ...headers: readonly string[]) => post('/v1/batch', body, key, ...headers)
const page = (path: string, body: string, ...headers: readonly string[]) =>
  post(path, body, 'Authorization: Bearer key-page', ...headers)
const chunked = (path: string, ...chunks: readonly string[]): Uint8Array =>
  post(
    path,
    [...chunks, ''].map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`).join(''),
    key,
    'Transfer-Encoding: chunked',
  )
const zeros = Buffer.alloc(20_000_000, 32)

const keys: readonly Case[] = [
  ['no key', post('/v1/decide', decideBody), / 401 .*no-key/s],
  ['no key to ingest', post('/v1/batch', batchBody), / 401 .*no-key/s],
  ['no key, and a body that is no JSON', post('/v1/decide', '{'), / 401 /],
  ['an unknown key', post('/v1/decide', decideBody, 'Authorization: Bearer guessed'), / 401 .*unknown-key/s],
  ['a key without the scope', post('/v1/decide', decideBody, 'X-API-Key: key-read'), / 403 .*missing-scope/s],
  ['a key without the scope, to ingest', post('/v1/batch', batchBody, 'X-API-Key: key-read'), / 403 /],
  ['Bearer', decide(decideBody), / 200 .*headphone-care/s],
  ['bearer in small letters', post('/v1/decide', decideBody, 'authorization: bearer key-decide'), / 200 /],
  ['Basic', post('/v1/batch', batchBody, basic('key-ingest')), / 200 .*"accepted":1/s],
  ['Basic that is no Base64', post('/v1/batch', batchBody, 'Authorization: Basic %%%'), / 401 /],
  ['X-API-Key', post('/v1/decide', decideBody, 'X-API-Key: key-decide'), / 200 /],
  ['writeKey', post('/v1/b', JSON.stringify({ writeKey: 'key-ingest', batch: [] })), / 200 /],
  ['writeKey to decide', post('/v1/decide', JSON.stringify({ writeKey: 'key-all', profile: {} })), / 401 /],
  ['two different keys: the first counts', decide(decideBody, 'X-API-Key: guessed'), / 200 /],
  [
    'two different keys: it alone',
    post('/v1/decide', decideBody, 'Authorization: Bearer x', 'X-API-Key: key-all'),
    / 401 /,
  ],
  ['two Authorization headers', decide(decideBody, 'Authorization: Bearer guessed'), / 200 /],
  ['two X-API-Key headers', post('/v1/decide', decideBody, 'X-API-Key: key-all', 'X-API-Key: key-all'), / 401 /],
]

const pages: readonly Case[] = [
  [
    'a page of the origin decides',
    page('/v1/decide', decideBody, `Origin: ${pageOrigin}`),
    / 200 .*Allow-Origin: https/s,
  ],
  ['a page of the origin ingests', page('/v1/t', '{}', `Origin: ${pageOrigin}`), / 200 /],
  [
    'a page of another origin',
    page('/v1/decide', decideBody, 'Origin: https://evil.example'),
    / 403 .*foreign-origin/s,
  ],
  ['another scheme', page('/v1/decide', decideBody, 'Origin: http://shop.example'), / 403 /],
  ['another port', page('/v1/decide', decideBody, `Origin: ${pageOrigin}:444`), / 403 /],
  ['capital letters', page('/v1/decide', decideBody, 'Origin: https://SHOP.example'), / 403 /],
  ['no origin', page('/v1/decide', decideBody), / 403 .*foreign-origin/s],
  ['the origin null', page('/v1/batch', batchBody, 'Origin: null'), / 403 /],
  [
    'another identifier',
    page('/v1/decide', '{"profile":{"userId":"u1"}}', `Origin: ${pageOrigin}`),
    / 403 .*public-key/s,
  ],
  [
    'a visitor who wants no tracking, to decide',
    page('/v1/decide', decideBody, `Origin: ${pageOrigin}`, 'Sec-GPC: 1'),
    / 403 .*Allow-Origin: https.*privacy-control/s,
  ],
  [
    'a visitor who wants no tracking, to ingest with the key in the body',
    post('/v1/b', '{"writeKey":"key-page","batch":[]}', `Origin: ${pageOrigin}`, 'Sec-GPC: 1'),
    / 403 .*privacy-control/s,
  ],
  ['Sec-GPC of another value', page('/v1/decide', decideBody, `Origin: ${pageOrigin}`, 'Sec-GPC: 0'), / 200 /],
  ['Sec-GPC with a secret key', decide(decideBody, 'Sec-GPC: 1'), / 200 /],
  ['a public key elsewhere', page('/v1/imports', batchBody, `Origin: ${pageOrigin}`), / 403 .*public-key/s],
  ['a page that asks first', head('OPTIONS /v1/decide', `Origin: ${pageOrigin}`), / 204 .*Allow-Headers/s],
  ['another page that asks first', head('OPTIONS /v1/batch', 'Origin: https://evil.example'), / 403 /],
]

const bodies: readonly Case[] = [
  ['too much by its length', batch('', `Content-Length: ${600 * 1024}`), / 413 /],
  ['too much in chunks', chunked('/v1/batch', ...Array.from({ length: 9 }, () => 'x'.repeat(64 * 1024))), / 413 /],
  ['chunks', chunked('/v1/batch', batchBody.slice(0, 9), batchBody.slice(9)), / 200 /],
  ['a length and chunks at once', batch('0\r\n\r\n', 'Content-Length: 5', 'Transfer-Encoding: chunked'), / 400 /],
  ['gzip', batch(gzipSync(batchBody), 'Content-Encoding: gzip'), / 200 .*"accepted":1/s],
  ['GZIP in capital letters', batch(gzipSync(batchBody), 'Content-Encoding: GZIP'), / 200 /],
  ['a gzip bomb', batch(gzipSync(zeros), 'Content-Encoding: gzip'), / 413 /],
  ['broken gzip', batch(gzipSync(batchBody).subarray(0, 30), 'Content-Encoding: gzip'), / 400 .*unreadable-body/s],
  ['gzip that is none', batch(batchBody, 'Content-Encoding: gzip'), / 400 .*unreadable-body/s],
  ['deflate', batch(deflateSync(batchBody), 'Content-Encoding: deflate'), / 200 /],
  ['deflate without its header', batch(deflateRawSync(batchBody), 'Content-Encoding: deflate'), / 400 /],
  ['identity', batch(batchBody, 'Content-Encoding: identity'), / 200 /],
  ['an unknown encoding', batch(batchBody, 'Content-Encoding: rot13'), / 415 /],
  ['an encoding of a prototype', batch(batchBody, 'Content-Encoding: constructor'), / 415 /],
  ['two encodings', batch(batchBody, 'Content-Encoding: gzip, gzip'), / 415 /],
  ['two Content-Type headers', batch(batchBody, 'Content-Type: text/plain', 'Content-Type: application/json'), / 200 /],
  [
    'another charset',
    batch(Buffer.from('{"batch":["\xfc"]}', 'latin1'), 'Content-Type: text/plain; charset=latin1'),
    / 400 /,
  ],
  ['an unknown charset', batch(batchBody, 'Content-Type: application/json; charset=klingon'), / 200 /],
  ['two lengths', batch(batchBody, 'Content-Length: 2', 'Content-Length: 3'), / 400 /],
  ['a length that is none', batch(batchBody, 'Content-Length: many'), / 400 /],
  ['an empty body', decide(''), / 400 .*unreadable-body/s],
  ['no body at all', head('POST /v1/decide', key), / 400 .*unreadable-body/s],
  ['no JSON', decide('not json'), / 400 .*unreadable-body/s],
  ['a byte order mark', decide(`\uFEFF${decideBody}`), / 200 /],
  ['a byte order mark and nothing', decide('\uFEFF'), / 400 /],
  ['prototype keys', decide('{"profile":{"__proto__":"x"},"constructor":1}'), / 422 .*invalid/s],
  ['prototype keys to ingest', batch('{"batch":[{"__proto__":{"admin":true}}]}'), / 200 /],
  ['an unknown placement', decide('{"profile":{"userId":"u1"},"placements":["attic"]}'), / 404 .*unknown-placement/s],
  ['a batch that is no list', batch('{"batch":{}}'), / 400 .*unreadable-body/s],
  ['Expect: 100-continue', decide(decideBody, 'Expect: 100-continue'), / 100 Continue\r\n\r\nHTTP\/1.1 200 /],
  ['another expectation', decide(decideBody, 'Expect: miracles'), / 417 /],
]

const addresses: readonly Case[] = [
  ['a slash at the end', post('/v1/decide/', decideBody, key), / 200 /],
  ['a doubled slash', post('//v1/decide', decideBody, key), / 404 /],
  ['a doubled slash inside', post('/v1//decide', decideBody, key), / 404 /],
  ['a percent-encoded letter', post('/v1/%64ecide', decideBody, key), / 404 /],
  ['a percent-encoded slash', post('/v1%2fdecide', decideBody, key), / 404 /],
  ['capital letters', post('/v1/Decide', decideBody, key), / 404 /],
  ['a query', post('/v1/decide?x=1', decideBody, key), / 200 /],
  ['an empty query', post('/v1/batch?', batchBody, key), / 200 /],
  ['dots', post('/v1/../v1/decide', decideBody, key), / 404 /],
  ['an absolute address', post('http://hub/v1/decide', decideBody, key), / 200 /],
  ['a fragment', post('/v1/decide#x', decideBody, key), / 200 /],
  ['GET', head('GET /v1/decide', key), / 405 .*Allow: POST/s],
  ['HEAD', head('HEAD /v1/decide', key), / 405 /],
  ['PUT', head('PUT /v1/batch', key), / 405 /],
  ['OPTIONS', head('OPTIONS /v1/decide', key), / 405 /],
  ['a method in small letters', head('post /v1/decide', key), / 400 /],
  [
    'HTTP/1.0',
    `POST /v1/decide HTTP/1.0\r\n${key}\r\nContent-Length: ${decideBody.length}\r\n\r\n${decideBody}`,
    / 200 /,
  ],
  [
    'two requests in one packet',
    `${Buffer.from(decide(decideBody)).toString().replace('close', 'keep-alive')}${Buffer.from(batch('[]')).toString()}`,
    / 200 .*headphone-care.* 400 /s,
  ],
]

/** All that came back, without what the clock says. */
const timeless = (answer: string): string => answer.replaceAll(/^Date: .*\r\n/gm, '')
const through = async ({ url, logs, received }: ServedHub, bytes: Bytes) => ({
  answer: timeless(await spoken(url, bytes)),
  logs: [...logs],
  received: [...received],
})

describe('both doors give one answer, and leave the same line in the log', () => {
  it.each([...keys, ...pages, ...bodies, ...addresses])('%s', async (_, bytes, answer) => {
    const front = await through(doors.front, bytes)
    expect(front).toEqual(await through(doors.back, bytes))
    expect(front.answer).toMatch(answer)
  })

  it('a body that is cut off', async () => {
    const bytes = batch(batchBody.slice(0, 9), `Content-Length: ${batchBody.length}`)
    const answer = timeless(await spoken(doors.front.url, bytes, true))
    expect(answer).toBe(timeless(await spoken(doors.back.url, bytes, true)))
    expect(answer).toMatch(/ 400 /)
    expect([...doors.front.received, ...doors.back.received]).toEqual([])
  })

  it('a body that takes too long', async () => {
    const patience = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 }
    const slow = [await servedHub({}, { patience }), await servedHub({}, { patience, door: 'back' })]
    const bytes = batch('{', 'Content-Length: 100')
    const answers = await Promise.all(slow.map(({ url }) => spoken(url, bytes)))
    await Promise.all(slow.map(({ stop }) => stop()))
    expect(answers[0]).toMatch(/ 408 /)
    expect(answers[0]).toBe(answers[1])
  })

  it('what the hub itself has to say: too much to do, and an error of its own', async () => {
    const overrides = {
      ingest: async () => ({ retryAfterS: 7 }),
      decide: () => Promise.reject(new Error('inside')),
    }
    const [front, back] = [await servedHub(overrides), await servedHub(overrides, { door: 'back' })]
    for (const [bytes, answer] of [
      [batch(batchBody), / 429 .*Retry-After: 7/s],
      [decide(decideBody), / 500 /],
    ] as const) {
      const told = timeless(await spoken(front.url, bytes))
      expect(told).toMatch(answer)
      expect(told).toBe(timeless(await spoken(back.url, bytes)))
    }
    await Promise.all([front.stop(), back.stop()])
  })
})

describe('pages', () => {
  it('may read an answer, good or bad, of an origin that a public key names, and of no other', async () => {
    const ask = (origin: string) => doors.front.ask('/v1/b', { headers: { origin }, json: { batch: [] } })
    const [own, foreign] = [await ask(pageOrigin), await ask('https://evil.example')]
    expect([own.status, foreign.status]).toEqual([401, 401])
    expect(own.headers.get('access-control-allow-origin')).toBe(pageOrigin)
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull()
    expect([own, foreign].map(({ headers }) => headers.get('vary'))).toEqual(['Origin', 'Origin'])
  })

  it('may do nothing that a public key does not open', async () => {
    const { headers } = await doors.front.ask('/v1/profiles', { headers: { origin: pageOrigin }, key: 'key-all' })
    expect(headers.get('access-control-allow-origin')).toBeNull()
  })

  it('learn what to show, and neither who it is nor why', async () => {
    const headers = { origin: pageOrigin }
    const json = { profile: { anonymousId: 'a1' } }
    const { body } = await doors.front.ask('/v1/decide', { headers, key: 'key-page', json })
    expect(body).toEqual({
      revision: 'r1',
      decisions: [
        {
          placement: 'mail-hero',
          slot: 'lead-offer',
          offer: 'headphone-care',
          variant: 'care',
          content: { headline: 'Care' },
          decisionId: 'd1',
        },
      ],
    })
  })
})
