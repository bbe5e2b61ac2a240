import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adaId } from '../support/operations.ts'
import { type ServedHub, servedHub } from '../support/served.ts'

let hub: ServedHub
beforeAll(async () => {
  hub = await servedHub()
})
afterAll(() => hub.stop())

const ada = `/v1/profiles/${adaId}`
const listed = (plural: string) => [plural, 'next']

/** Paths and the keys of their answers, in order. */
const shapes: readonly (readonly [string, readonly string[]])[] = [
  ['/v1/profiles', listed('profiles')],
  [ada, ['id', 'identifiers', 'traits', 'computed', 'consents', 'segments', 'provenance']],
  [`${ada}/timeline`, listed('entries')],
  [`${ada}/decisions`, listed('decisions')],
  [
    `${ada}/explain?slot=lead-offer`,
    ['slot', 'offer', 'reason', 'decision', 'finalists', 'counts', 'until', 'revision'],
  ],
  [`${ada}/channels`, listed('channels')],
  [`${ada}/export`, ['profile', 'messages']],
  ['/v1/registry', ['revision', 'segments', 'slots', 'placements', 'offers', 'rules', 'experiments']],
  ['/v1/registry/revisions', listed('revisions')],
  ['/v1/connectors', listed('connectors')],
  [
    '/v1/connectors/mail',
    [
      'id',
      'use',
      'title',
      'channel',
      'phase',
      'phaseSince',
      'health',
      'problem',
      'account',
      'contacts',
      'pending',
      'deadLetters',
      'lagS',
      'sandbox',
    ],
  ],
  ['/v1/connectors/mail/shadow', listed('entries')],
  ['/v1/connectors/mail/content?search=ca', listed('entries')],
  ['/v1/connectors/mail/observed-rules', ['rules', 'contradictions']],
  ['/v1/connectors/mail/deliveries', listed('deliveries')],
  ['/v1/connectors/mail/dead-letters', listed('deadLetters')],
  ['/v1/reports/coherence', ['at', 'slots', 'channels']],
  ['/v1/reports/phases', listed('phases')],
  ['/v1/reports/deliveries', listed('deliveries')],
  ['/v1/keys', listed('keys')],
  ['/healthz', ['status']],
  ['/readyz', ['ready', 'waitingFor']],
  ['/v1/hooks/mail', ['accepted']],
]

describe('reading', () => {
  it.each(shapes)('%s answers with its keys in their order', async (path, keys) => {
    const { status, body, headers } = await hub.ask(path, { key: 'key-all' })
    expect(status).toBe(200)
    expect(Object.keys(body ?? {})).toEqual(keys)
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('a stored decision states its times as instants and not the node it hangs on', async () => {
    const { body } = await hub.ask(`${ada}/decisions`, { key: 'key-all' })
    expect(body).toMatchObject({ decisions: [{ id: 'd1', since: '2026-11-21T12:00:00.000Z', endedAt: null }] })
    expect(JSON.stringify(body)).not.toContain('n1')
  })

  it('the metrics are text for Prometheus', async () => {
    const { headers, text } = await hub.ask('/metrics')
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toContain('leitstern_messages_total 3')
  })

  it('the registry answers with an empty list of experiments', async () => {
    const { body } = await hub.ask('/v1/registry', { key: 'key-all' })
    expect(body).toMatchObject({ revision: 'r1', experiments: [], slots: [{ key: 'lead-offer', scope: 'profile' }] })
  })
})

describe('finding a profile by an identifier', () => {
  const identifiers: readonly (readonly [string, number, unknown])[] = [
    ['email:ada@example.test', 200, { profiles: [{ id: adaId }], next: null }],
    ['email:nobody@example.test', 200, { profiles: [], next: null }],
    ['url:https://x.test/a:b', 200, { profiles: [], next: null }],
    ['ada@example.test', 400, { type: '/problems/bad-identifier' }],
    [':ada', 400, { type: '/problems/bad-identifier' }],
    ['email:', 200, { profiles: [], next: null }],
    ['', 400, { type: '/problems/bad-identifier' }],
  ]
  it.each(identifiers)('%j answers %i', async (identifier, status, body) => {
    const answer = await hub.ask(`/v1/profiles?identifier=${encodeURIComponent(identifier)}`, { key: 'key-read' })
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject(Object(body))
  })

  it('the identifier is split at its first colon', async () => {
    const asked: unknown[] = []
    const other = await servedHub({
      listProfiles: async ({ identifier }) => {
        asked.push(identifier)
        return { items: [], next: null }
      },
    })
    await other.ask('/v1/profiles?identifier=mail:a:b', { key: 'key-read' })
    await other.stop()
    expect(asked).toEqual([{ type: 'mail', value: 'a:b' }])
  })
})

describe('pages', () => {
  const queries: readonly (readonly [string, number])[] = [
    ['limit=1', 200],
    ['limit=1000', 200],
    ['limit=0', 422],
    ['limit=1001', 422],
    ['limit=ten', 422],
    ['limit=1&limit=2', 422],
    ['cursor=abc', 200],
  ]
  it.each(queries)('?%s answers %i', async (query, status) => {
    expect((await hub.ask(`/v1/profiles?${query}`, { key: 'key-read' })).status).toBe(status)
  })

  it('limit and cursor reach the hub, and the next cursor comes back', async () => {
    const other = await servedHub({
      revisions: async ({ limit, cursor }) => ({ items: [], next: `${cursor}+${limit}` }),
    })
    const first = await other.ask('/v1/registry/revisions', { key: 'key-read' })
    const second = await other.ask('/v1/registry/revisions?limit=5&cursor=c1', { key: 'key-read' })
    await other.stop()
    expect([first.body, second.body]).toEqual([
      { revisions: [], next: 'null+100' },
      { revisions: [], next: 'c1+5' },
    ])
  })
})

describe('deciding', () => {
  it('a question answers with its decisions, keys in order', async () => {
    const { body, text } = await hub.ask('/v1/decide', { key: 'key-decide', json: { profile: { userId: 'u1' } } })
    expect(Object.keys(Object(body))).toEqual(['profileId', 'revision', 'decisions'])
    expect(text).toContain(
      '{"placement":"mail-hero","slot":"lead-offer","offer":"headphone-care","variant":"care","content":{"headline":"Care"},"decisionId":"d1","reason":{"code":"won","rule":"care"}}',
    )
  })

  it('a number counts as an identifier, as Segment clients send it', async () => {
    const asked: unknown[] = []
    const other = await servedHub({
      decide: async ({ profile }) => {
        asked.push(profile)
        return { profileId: adaId, revision: 'r1', decisions: [] }
      },
    })
    await other.ask('/v1/decide', { key: 'key-decide', json: { profile: { userId: 17850 } } })
    await other.stop()
    expect(asked).toEqual([{ userId: '17850' }])
  })

  it('an unknown placement is a 404 that names it', async () => {
    const json = { profile: { userId: 'u1' }, placements: ['mail-hero', 'attic'] }
    const { status, body } = await hub.ask('/v1/decide', { key: 'key-decide', json })
    expect(status).toBe(404)
    expect(body).toMatchObject({ type: '/problems/unknown-placement', placements: ['attic'] })
    expect(body).toHaveProperty('detail', expect.stringContaining('attic'))
  })

  const unfit: readonly (readonly [string, unknown, string])[] = [
    ['no profile', {}, '#/profile'],
    ['a profile without identifiers', { profile: {} }, '#/profile'],
    ['a profile that only names a prototype', JSON.parse('{"profile":{"__proto__":"x"}}'), '#/profile'],
    ['an empty identifier', { profile: { email: '' } }, '#/profile/email'],
    ['a nested identifier', { profile: { email: { a: 1 } } }, '#/profile/email'],
    ['placements that are no list', { profile: { userId: 'u1' }, placements: 'mail-hero' }, '#/placements'],
    ['a misspelt field', { profile: { userId: 'u1' }, placement: 'mail-hero' }, '#'],
    ['a slash and a tilde in a key', { profile: { 'a/b~c': '' } }, '#/profile/a~1b~0c'],
    ['a list', [], '#'],
    ['null', null, '#'],
  ]
  it.each(unfit)('%s is a 422 with a pointer', async (_, json, pointer) => {
    const { status, body, headers } = await hub.ask('/v1/decide', { key: 'key-decide', json })
    expect(status).toBe(422)
    expect(headers.get('content-type')).toContain('application/problem+json')
    expect(body).toMatchObject({ type: '/problems/invalid', status: 422 })
    expect(body).toHaveProperty('errors', expect.arrayContaining([expect.objectContaining({ in: 'body', pointer })]))
  })
})

/** Method, path, body, status and what must stand in the answer. */
const acts: readonly (readonly [string, string, unknown, number, object])[] = [
  ['POST', `${ada}/split`, { identifiers: [{ type: 'email', value: 'x' }] }, 200, { profiles: [adaId, 'of-x'] }],
  ['POST', `${ada}/split`, { identifiers: [] }, 422, { type: '/problems/invalid' }],
  ['DELETE', ada, undefined, 200, { erased: true, connectors: ['mail'] }],
  ['POST', '/v1/registry/publish', undefined, 200, { revision: 'r2', changed: true }],
  ['POST', '/v1/connectors/mail/check', undefined, 200, { account: 'Demo shop', epoch: 'e1' }],
  ['POST', '/v1/connectors/mail/setup', undefined, 200, { created: ['field FNAME'], present: [], manual: [] }],
  ['POST', '/v1/connectors/mail/pull', undefined, 200, { records: 7 }],
  ['POST', '/v1/connectors/mail/replay', undefined, 200, { replayed: 1 }],
  ['POST', '/v1/connectors/mail/phase', { phase: 'live' }, 200, { phase: 'live' }],
  ['POST', '/v1/connectors/mail/phase', { phase: 'live', confirm: true }, 200, { phase: 'live' }],
  ['POST', '/v1/connectors/mail/phase', { phase: 'retiring' }, 422, { type: '/problems/invalid' }],
  ['POST', '/v1/connectors/mail/phase', { phase: 'pilot' }, 409, { type: '/problems/denied' }],
  ['POST', '/v1/keys', { name: 'web', scopes: ['ingest'] }, 201, { name: 'web', key: 'secret-of-web' }],
  [
    'POST',
    '/v1/keys',
    { name: 'web', scopes: ['ingest', 'decide'], origins: ['https://shop.example'] },
    201,
    { kind: 'public', origins: ['https://shop.example'] },
  ],
  ...['read', 'author', 'publish', 'admin'].map(
    (scope) =>
      [
        'POST',
        '/v1/keys',
        { name: 'web', scopes: [scope], origins: ['https://shop.example'] },
        422,
        { errors: [{ pointer: '#/scopes' }] },
      ] as const,
  ),
  ...['*', 'shop.example', 'https://shop.example/', 'https://Shop.example', 'https://shop.example:443', 'null'].map(
    (origin) =>
      [
        'POST',
        '/v1/keys',
        { name: 'web', scopes: ['ingest'], origins: [origin] },
        422,
        { errors: [{ pointer: '#/origins/0' }] },
      ] as const,
  ),
  ['POST', '/v1/keys', { name: 'web', scopes: ['ingest'], origins: [] }, 422, { type: '/problems/invalid' }],
  ['POST', '/v1/keys', { name: 'ada@example.test', scopes: ['ingest'] }, 422, { type: '/problems/invalid' }],
  ['POST', '/v1/keys', { name: 'web', scopes: ['everything'] }, 422, { type: '/problems/invalid' }],
  ['POST', '/v1/keys', { name: 'web', scopes: [] }, 422, { type: '/problems/invalid' }],
  ['DELETE', '/v1/keys/unknown', undefined, 404, { type: '/problems/no-such-key' }],
]
describe('acting', () => {
  it.each(acts)('%s %s %j answers %i', async (method, path, json, status, body) => {
    const answer = await hub.ask(path, { method, key: 'key-all', json })
    expect(answer.status).toBe(status)
    expect(answer.body).toMatchObject(body)
  })

  it('a key is told once: the list leaves it out', async () => {
    const other = await servedHub()
    const created = await other.ask('/v1/keys', { key: 'key-admin', json: { name: 'shop', scopes: ['ingest'] } })
    const { body, text } = await other.ask('/v1/keys', { key: 'key-admin' })
    const { status } = await other.ask('/v1/keys/k1', { method: 'DELETE', key: 'key-admin' })
    await other.stop()
    expect(created.body).toMatchObject({ id: 'k1', key: 'secret-of-shop' })
    expect(body).toMatchObject({ keys: [{ id: 'k1', name: 'shop', scopes: ['ingest'] }], next: null })
    expect(text).not.toContain('secret-of')
    expect(status).toBe(200)
  })

  it('publishing rules that do not fit names every problem', async () => {
    const other = await servedHub({ publish: async () => ({ problems: ['rules/a.yaml:3 …', 'rules/b.yaml:9 …'] }) })
    const { status, body } = await other.ask('/v1/registry/publish', { method: 'POST', key: 'key-publish' })
    await other.stop()
    expect(status).toBe(422)
    expect(body).toMatchObject({ errors: [{ detail: 'rules/a.yaml:3 …' }, { detail: 'rules/b.yaml:9 …' }] })
  })
})

const missing: readonly (readonly [string, string, string])[] = [
  ['GET', '/v1/profiles/none', 'unknown-profile'],
  ['DELETE', '/v1/profiles/none', 'unknown-profile'],
  ['GET', '/v1/profiles/none/timeline', 'unknown-profile'],
  ['GET', '/v1/profiles/none/decisions', 'unknown-profile'],
  ['GET', '/v1/profiles/none/channels', 'unknown-profile'],
  ['GET', '/v1/profiles/none/export', 'unknown-profile'],
  ['GET', '/v1/profiles/none/explain?slot=lead-offer', 'unknown-profile'],
  ['GET', `${ada}/explain?slot=attic`, 'unknown-slot'],
  ['GET', '/v1/connectors/none', 'unknown-connector'],
  ['GET', '/v1/connectors/none/shadow', 'unknown-connector'],
  ['GET', '/v1/connectors/none/deliveries', 'unknown-connector'],
  ['GET', '/v1/connectors/none/dead-letters', 'unknown-connector'],
  ['POST', '/v1/connectors/none/check', 'unknown-connector'],
  ['POST', '/v1/connectors/none/pull', 'unknown-connector'],
  ['POST', '/v1/hooks/none', 'unknown-connector'],
  ['GET', '/v1/hooks/none', 'unknown-connector'],
  ['GET', '/v2/profiles', 'not-found'],
  ['POST', '/v1/identity', 'not-found'],
  ['GET', '/V1/profiles', 'not-found'],
]
describe('what is not there', () => {
  it.each(missing)('%s %s is a 404: %s', async (method, path, problem) => {
    const { status, body, headers } = await hub.ask(path, { method, key: 'key-all' })
    expect(status).toBe(404)
    expect(headers.get('content-type')).toContain('application/problem+json')
    expect(body).toMatchObject({ type: `/problems/${problem}`, status: 404 })
  })

  const wrong: readonly (readonly [string, string, string])[] = [
    ['PUT', '/v1/decide', 'POST'],
    ['GET', '/v1/track', 'POST'],
    ['POST', '/v1/profiles', 'GET, HEAD'],
    ['PATCH', ada, 'GET, HEAD, DELETE'],
    ['DELETE', '/v1/registry', 'GET, HEAD'],
    ['OPTIONS', '/v1/decide', 'POST'],
  ]
  it.each(wrong)('%s %s is a 405 that allows %s', async (method, path, allow) => {
    const { status, body, headers } = await hub.ask(path, { method, key: 'key-all' })
    expect(status).toBe(405)
    expect(headers.get('allow')).toBe(allow)
    expect(body).toMatchObject({ type: '/problems/wrong-method' })
  })
})

describe('webhooks', () => {
  const signed = { 'x-signature': 'good' }
  it('a signed webhook is taken, with its bytes as they came', async () => {
    const bytes: Uint8Array[] = []
    const other = await servedHub({
      webhook: async (_, { body }) => {
        bytes.push(body)
        return 'accepted'
      },
    })
    const raw = new Uint8Array([0xff, 0x00, 0x7b])
    const { status, body } = await other.ask('/v1/hooks/mail', { headers: signed, raw })
    await other.stop()
    expect([status, body]).toEqual([200, { accepted: true }])
    expect(bytes.map((one) => [...one])).toEqual([[0xff, 0x00, 0x7b]])
  })

  it('the tool may ask by GET and HEAD whether the address exists', async () => {
    expect((await hub.ask('/v1/hooks/mail')).status).toBe(200)
    expect((await hub.ask('/v1/hooks/mail', { method: 'HEAD' })).status).toBe(200)
  })

  it('a forged webhook is a 401', async () => {
    const { status, body } = await hub.ask('/v1/hooks/mail', { raw: '{}' })
    expect(status).toBe(401)
    expect(body).toMatchObject({ type: '/problems/forged' })
  })

  it('one whose matter the tool cannot be asked about at present is a 503, so that it is sent again', async () => {
    const { status, body } = await hub.ask('/v1/hooks/mail', { headers: { 'x-signature': 'hint' }, raw: '{}' })
    expect(status).toBe(503)
    expect(body).toMatchObject({ type: '/problems/tool-away' })
  })

  it('an empty webhook is judged too', async () => {
    expect((await hub.ask('/v1/hooks/mail', { method: 'POST', headers: signed })).status).toBe(200)
  })
})

describe('readiness', () => {
  it('says 503 and what it waits for', async () => {
    const other = await servedHub({ readiness: () => ({ ready: false, waitingFor: ['samples', 'mail'] }) })
    const [ready, alive] = [await other.ask('/readyz'), await other.ask('/healthz')]
    await other.stop()
    expect(ready.status).toBe(503)
    expect(ready.body).toMatchObject({ type: '/problems/not-ready', ready: false, waitingFor: ['samples', 'mail'] })
    expect(alive.status).toBe(200)
  })
})
