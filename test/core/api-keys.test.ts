import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { presentedKey } from '../../core/api/key.ts'
import { allRoutes } from '../../core/api/routes.ts'
import { allScopes } from '../../core/flow/keys.ts'
import { fakeHub } from '../support/operations.ts'
import { type ServedHub, servedHub } from '../support/served.ts'

let hub: ServedHub
beforeAll(async () => {
  hub = await servedHub()
})
afterAll(() => hub.stop())

const basic = (user: string, password = ''): string => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

/** Which key counts, by headers and the body's writeKey. */
const stated: readonly (readonly [string, Record<string, string>, unknown, string | null])[] = [
  ['nothing', {}, undefined, null],
  ['Bearer', { authorization: 'Bearer a' }, undefined, 'a'],
  ['bearer in small letters', { authorization: 'bearer a' }, undefined, 'a'],
  ['Basic with an empty password', { authorization: basic('b') }, undefined, 'b'],
  ['Basic with a password, which does not matter', { authorization: basic('b', 'x:y') }, undefined, 'b'],
  ['X-API-Key', { 'x-api-key': 'c' }, undefined, 'c'],
  ['writeKey', {}, 'd', 'd'],
  ['Bearer before X-API-Key', { authorization: 'Bearer a', 'x-api-key': 'c' }, undefined, 'a'],
  ['Basic before writeKey', { authorization: basic('b') }, 'd', 'b'],
  ['X-API-Key before writeKey', { 'x-api-key': 'c' }, 'd', 'c'],
  ['Basic without a user is no key', { authorization: basic('') }, undefined, null],
  ['an unknown scheme is no key', { authorization: 'Digest x' }, undefined, null],
  ['Bearer without a key is none', { authorization: 'Bearer ' }, undefined, null],
  ['a writeKey that is no text is none', {}, { a: 1 }, null],
]
describe('the key of a request', () => {
  it.each(stated)('%s', (_, headers, writeKey, key) => {
    expect(presentedKey(headers, writeKey)).toBe(key)
  })

  const ways: readonly (readonly [string, Record<string, string>, object])[] = [
    ['Bearer', { authorization: 'Bearer key-ingest' }, {}],
    ['Basic', { authorization: basic('key-ingest') }, {}],
    ['X-API-Key', { 'x-api-key': 'key-ingest' }, {}],
    ['writeKey', {}, { writeKey: 'key-ingest' }],
  ]
  it.each(ways)('%s opens ingest and names the source', async (_, headers, body) => {
    const { status } = await hub.ask('/v1/track', { headers, json: { userId: 'u1', event: 'x', ...body } })
    expect(status).toBe(200)
    expect(hub.received.at(-1)?.actor).toBe('name-ingest')
  })

  it('a writeKey opens nothing but ingest', async () => {
    const { status } = await hub.ask('/v1/decide', { json: { writeKey: 'key-all', profile: { userId: 'u1' } } })
    expect(status).toBe(401)
  })

  it('of two different keys the first counts alone', async () => {
    const headers = { authorization: 'Bearer unknown', 'x-api-key': 'key-ingest' }
    expect((await hub.ask('/v1/track', { headers, json: {} })).status).toBe(401)
  })
})

describe('a request that may not', () => {
  it('gets a 401 and a challenge without a key', async () => {
    const { status, body, headers } = await hub.ask('/v1/profiles')
    expect(status).toBe(401)
    expect(body).toMatchObject({ type: '/problems/no-key', status: 401 })
    expect(headers.get('www-authenticate')).toBe('Bearer realm="Leitstern", Basic realm="Leitstern", charset="UTF-8"')
  })

  it('gets a 401 with an unknown key', async () => {
    const { status, body, headers } = await hub.ask('/v1/profiles', { key: 'guessed' })
    expect(status).toBe(401)
    expect(body).toMatchObject({ type: '/problems/unknown-key' })
    expect(headers.get('www-authenticate')).toContain('error="invalid_token"')
  })

  it('gets a 403 that names the scope which the key lacks', async () => {
    const { status, body, headers } = await hub.ask('/v1/profiles', { key: 'key-ingest' })
    expect(status).toBe(403)
    expect(body).toMatchObject({ type: '/problems/missing-scope', scope: 'read' })
    expect(headers.get('www-authenticate')).toContain('scope="read"')
  })

  it('learns nothing of its body first: the key is judged before', async () => {
    expect((await hub.ask('/v1/decide', { raw: 'not json' })).status).toBe(401)
    expect((await hub.ask('/v1/decide', { key: 'key-read', raw: 'not json' })).status).toBe(403)
  })
})

/** Every route and the scope it needs: written down a second time on purpose. */
const needed: Readonly<Record<string, string>> = {
  identify: 'ingest',
  identifyShort: 'ingest',
  track: 'ingest',
  trackShort: 'ingest',
  page: 'ingest',
  pageShort: 'ingest',
  screen: 'ingest',
  screenShort: 'ingest',
  group: 'ingest',
  groupShort: 'ingest',
  alias: 'ingest',
  aliasShort: 'ingest',
  batch: 'ingest',
  batchShort: 'ingest',
  batchImport: 'ingest',
  imports: 'ingest',
  importProgress: 'ingest',
  noteImportProgress: 'ingest',
  forgetImportProgress: 'ingest',
  about: 'admin',
  backup: 'admin',
  decide: 'decide',
  evaluateFlag: 'decide',
  evaluateFlags: 'decide',
  listProfiles: 'read',
  profile: 'read',
  timeline: 'read',
  decisions: 'read',
  channels: 'read',
  explain: 'read',
  exportProfile: 'read',
  splitProfile: 'admin',
  eraseProfile: 'admin',
  registry: 'read',
  revisions: 'read',
  count: 'read',
  publish: 'publish',
  config: 'admin',
  planConfig: 'admin',
  reload: 'admin',
  listConnectors: 'read',
  connector: 'read',
  connectorGates: 'read',
  connectorContent: 'read',
  observedRules: 'read',
  checkConnector: 'admin',
  setupConnector: 'admin',
  pullConnector: 'admin',
  replayConnector: 'admin',
  setPhase: 'admin',
  shadow: 'read',
  deliveries: 'read',
  deadLetters: 'read',
  webhook: 'open',
  pingWebhook: 'open',
  coherence: 'read',
  disagreements: 'read',
  phases: 'read',
  deliveryTotals: 'read',
  listKeys: 'admin',
  createKey: 'admin',
  revokeKey: 'admin',
  health: 'open',
  readiness: 'open',
  metrics: 'open',
}
const routes = allRoutes(fakeHub().operations, () => false)
const holders = [...allScopes, 'nobody'] as const

describe('the matrix of routes and scopes', () => {
  it('every route is in it, with its scope', () => {
    expect(Object.fromEntries(routes.map(({ id, scope }) => [id, scope ?? 'open']))).toEqual(needed)
  })

  it.each(routes)('$method $path lets in who may, and nobody else', async ({ id, method, path }) => {
    const address = path.replace(/:\w+/g, 'x')
    const json = method === 'post' ? {} : undefined
    for (const holder of holders) {
      const key = holder === 'nobody' ? {} : { key: `key-${holder}` }
      const { status, body } = await hub.ask(address, { method: method.toUpperCase(), json, ...key })
      const may = needed[id] === 'open' || needed[id] === holder || holder === 'admin'
      const refused = (status === 401 || status === 403) && Object(body).type !== '/problems/forged'
      expect({ holder, may: !refused }).toEqual({ holder, may })
    }
  })
})
