import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../../core/flow/asking.ts'
import type { CreatedKey } from '../../../core/flow/operations.ts'
import { openSqlite } from '../../../core/store/sqlite.ts'
import { type Box, hubInABox } from '../../support/hub.ts'

const origin = 'https://shop.example'
const admin: Actor = { name: 'admin' }

let box: Box
let key: CreatedKey
beforeEach(async () => {
  const one = { limit: 1 }
  const identifiers = {
    userId: one,
    email: one,
    phone: { limit: 1, region: 'DE' },
    anonymousId: { limit: 50 },
    'ios.id': one,
  }
  box = await hubInABox({ profile: { identifiers } })
  key = await box.flow.operations.createKey({ name: 'page', scopes: ['ingest', 'decide'], origins: [origin] }, admin)
})
afterEach(() => box.close())

const holder = async (presented: string): Promise<Actor> => {
  const known = await box.flow.operations.authenticate(presented)
  if (known === null) throw new Error('the key is not known')
  return known.actor
}
const asPage = async (...messages: readonly object[]) => {
  const answer = await box.flow.operations.ingest(messages, { actor: await holder(key.key), sentAt: null })
  if ('retryAfterS' in answer) throw new Error('the box is behind')
  return answer
}
/** Each customer as the identifiers that are known of them. */
const customers = async (): Promise<readonly (readonly string[])[]> => {
  const { items } = await box.flow.operations.listProfiles({ limit: 10, cursor: null })
  return items.map(({ identifiers }) => identifiers.map(({ type, value }) => `${type}:${value}`).sort()).sort()
}

const inAnHour = Date.parse('2026-11-21T13:00:00Z') / 1000
const signed = (userId: string, expires = inAnHour, secret = key.signingSecret ?? '') => ({
  userId,
  expires,
  signature: createHmac('sha256', secret).update(`${expires}.${userId}`).digest('hex'),
})
const page = (more: object) => ({ type: 'page', anonymousId: 'a1', ...more })

it('keys are known again after the store could not tell them once', async () => {
  const store = openSqlite(':memory:')
  let fails = 0
  const apiKeys: typeof store.apiKeys = async () => {
    if (fails-- > 0) throw new Error('the store is away')
    return store.apiKeys()
  }
  const other = await hubInABox({ store: { ...store, apiKeys } })
  fails = 1
  await other.flow.operations.createKey({ name: 'page', scopes: ['ingest'], origins: [origin] }, admin).catch(() => {})
  await other.flow.operations.knowsOrigin(origin).catch(() => {})
  expect(await other.flow.operations.knowsOrigin(origin)).toBe(true)
  await other.close()
})

describe('a public key', () => {
  it('is told with its signing secret, once', async () => {
    expect(key).toMatchObject({ kind: 'public', origins: [origin], signingSecret: expect.stringMatching(/^lssign_/) })
    expect(JSON.stringify(await box.flow.operations.keys())).not.toContain('lssign_')
  })

  it('makes its origins known, until it is revoked', async () => {
    const { knowsOrigin, revokeKey } = box.flow.operations
    expect([await knowsOrigin(origin), await knowsOrigin(`${origin}:8443`)]).toEqual([true, false])
    await revokeKey(key.id, admin)
    expect(await knowsOrigin(origin)).toBe(false)
  })
})

describe('revoking', () => {
  it('acts at once on a key that was used a moment ago, and on no other', async () => {
    const { authenticate, createKey, revokeKey } = box.flow.operations
    const other = await createKey({ name: 'other', scopes: ['read'] }, admin)
    await holder(other.key)
    await revokeKey(other.id, admin)
    expect(await authenticate(other.key)).toBeNull()
    expect(await holder(key.key)).toMatchObject({ name: 'page' })
    expect(await holder('test-admin')).toEqual(admin)
  })
})

const unsigned = { userId: 'victim', expires: inAnHour, signature: '0'.repeat(64) }
/** What a page may claim of who its visitor is. */
const claims: readonly (readonly [string, object])[] = [
  ['a user id', page({ userId: 'victim' })],
  ['a user id that is a number', page({ userId: 17850 })],
  ['an address in the traits', { type: 'identify', anonymousId: 'a1', traits: { email: 'v@example.test' } }],
  ['a phone in the traits', { type: 'identify', anonymousId: 'a1', traits: { phone: '+4930123456' } }],
  ['an address in the context', page({ context: { traits: { email: 'v@example.test' } } })],
  [
    'an external id',
    page({ context: { externalIds: [{ id: 'v', type: 'crm:id', collection: 'users', encoding: 'none' }] } }),
  ],
  ['a device', page({ context: { device: { id: 'd1', type: 'ios' } } })],
  ['an alias', { type: 'alias', anonymousId: 'a1', userId: 'victim', previousId: 'a2' }],
  ['no signature', page({ userId: 'victim', context: { identity: { userId: 'victim', expires: inAnHour } } })],
  ['an empty signature', page({ userId: 'victim', context: { identity: { ...unsigned, signature: '' } } })],
  ['a signature that is none', page({ userId: 'victim', context: { identity: unsigned } })],
  ['an identity that is a text', page({ userId: 'victim', context: { identity: 'victim' } })],
]
describe('what a page says of who somebody is', () => {
  it.each(claims)('%s links nothing', async (_, message) => {
    expect(await asPage(message)).toMatchObject({ accepted: 1, refused: [] })
    expect(await customers()).toEqual([['anonymousId:a1']])
  })

  it.each(claims)('%s would link with a secret key', async (_, message) => {
    await box.say({ ...message })
    expect(await customers()).not.toEqual([['anonymousId:a1']])
  })

  it('counts where the site signs for it, and the signature is not kept', async () => {
    const message = page({ userId: 'u1', messageId: 'm1', context: { locale: 'de', identity: signed('u1') } })
    await asPage(message)
    expect(await customers()).toEqual([['anonymousId:a1', 'userId:u1']])
    const [stored] = await box.store.messagesAfter(0, 10)
    expect(JSON.parse(stored?.body ?? '')).toEqual({ ...message, context: { locale: 'de' } })
  })

  it('an alias counts where the site signs for the user', async () => {
    await asPage({ type: 'alias', userId: 'u1', previousId: 'a1', context: { identity: signed('u1') } })
    expect(await customers()).toEqual([['anonymousId:a1', 'userId:u1']])
  })

  const bad: readonly (readonly [string, () => object])[] = [
    ['for another user', () => signed('somebody')],
    ['that has run out', () => signed('u1', Date.parse('2026-11-21T12:00:00Z') / 1000)],
    ['whose expiry was moved', () => ({ ...signed('u1'), expires: inAnHour + 1 })],
    ['under another secret', () => signed('u1', inAnHour, 'another')],
    ['with more beside it', () => ({ ...signed('u1'), signature: `${signed('u1').signature}00` })],
  ]
  it.each(bad)('a signature %s links nothing', async (_, identity) => {
    await asPage(page({ userId: 'u1', context: { identity: identity() } }))
    expect(await customers()).toEqual([['anonymousId:a1']])
  })

  it('is refused where nothing is left that names anybody, and says what to do', async () => {
    const { accepted, refused } = await asPage({ type: 'page', userId: 'u1' })
    expect([accepted, refused[0]?.code]).toEqual([0, 'no_identifier'])
    expect(refused[0]?.detail).toContain('context.identity')
  })

  it('is left out of the log, too, from which profiles are folded anew', async () => {
    await asPage(
      page({ userId: 'victim' }),
      page({ anonymousId: 'a2', userId: 'u2', context: { identity: signed('u2') } }),
    )
    const messages = await box.store.messagesAfter(0, 10)
    expect(messages.map(({ body }) => JSON.parse(body).userId)).toEqual([undefined, 'u2'])
  })
})
