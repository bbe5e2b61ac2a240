import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson } from '../../../core/profile/json.ts'
import { isRefusal, readMessage } from '../../../core/profile/segment.ts'
import { iso, noon, said, settings, settingsWith } from './given.ts'

const read = (body: unknown) => readMessage(body, { source: 'web', receivedAt: noon, sentAt: null, settings })
const names = (body: Record<string, unknown>, under = settings): readonly string[] =>
  said({ type: 'track', event: 'X', ...body }, { settings: under }).identifiers.map(
    ({ type, value }) => `${type}:${value}`,
  )
const external = (entry: Record<string, unknown>) => ({
  userId: 'u1',
  context: { externalIds: [{ id: '0170 1234567', type: 'phone', collection: 'users', encoding: 'none', ...entry }] },
})

describe('who a message is about', () => {
  it.each([
    ['ids', { userId: 'u1', anonymousId: 'a1' }, ['userId:u1', 'anonymousId:a1']],
    ['numbers', { userId: 17, anonymousId: 4.5 }, ['userId:17', 'anonymousId:4.5']],
    ['nobody yet', { userId: null, anonymousId: 'a1' }, ['anonymousId:a1']],
    [
      'identify: its traits',
      { type: 'identify', userId: 'u1', traits: { email: 'A@x.test' } },
      ['userId:u1', 'email:a@x.test'],
    ],
    [
      'track: the traits of its context',
      { anonymousId: 'a1', context: { traits: { email: 'A@x.test', phone: '0170 1234567' } } },
      ['email:a@x.test', 'phone:+491701234567', 'anonymousId:a1'],
    ],
    [
      'group: its traits are the group’s',
      { type: 'group', userId: 'u1', traits: { email: 'a@x.test' } },
      ['userId:u1'],
    ],
    [
      'alias: the previous id is anonymous',
      { type: 'alias', userId: 'u1', previousId: 'a1' },
      ['userId:u1', 'anonymousId:a1'],
    ],
    ['external id', external({}), ['userId:u1', 'phone:+491701234567']],
    ['external id of a connector', external({ type: 'mail', id: 8 }), ['userId:u1', 'mail:8']],
    ['external id without collection', external({ collection: undefined }), ['userId:u1']],
    ['external id of groups', external({ collection: 'groups' }), ['userId:u1']],
    ['external id in another encoding', external({ encoding: 'hash' }), ['userId:u1']],
    ['external ids that are none', { userId: 'u1', context: { externalIds: [null, 'x', 5, []] } }, ['userId:u1']],
    [
      'a device that profile.yaml does not declare',
      { userId: 'u1', context: { device: { id: 'd1', type: 'ios' } } },
      ['userId:u1'],
    ],
    ['blocked', { userId: 'anonymous', anonymousId: 'a1' }, ['anonymousId:a1']],
    ['stated, and blocked', { userId: 'null' }, []],
  ])('%s', (_, body, expected) => {
    expect(names(body)).toEqual(expected)
  })

  it('a device counts where profile.yaml declares its type', () => {
    const under = settingsWith({ identifiers: { userId: { limit: 1 }, 'ios.id': { limit: 2 } } })
    expect(names({ userId: 'u1', context: { device: { id: 'd1', type: 'iOS' } } }, under)).toEqual([
      'userId:u1',
      'ios.id:d1',
    ])
    expect(names({ userId: 'u1', context: { device: { id: 'd1', type: 'android' } } }, under)).toEqual(['userId:u1'])
  })

  it('nobody at all is refused, but for imports', () => {
    const body = { type: 'track', event: 'X' }
    expect(read(body)).toMatchObject({ code: 'no_identifier' })
    expect(said(body, { imported: true }).identifiers).toEqual([])
  })

  it('an order of a thousand lines is too large, but for imports', () => {
    const products = Array.from({ length: 1_000 }, (_, n) => ({ sku: `S${n}`, quantity: 1, price: 2.55 }))
    const body = { type: 'track', event: 'Order Completed', userId: 'u1', properties: { products } }
    expect(read(body)).toMatchObject({ code: 'too_large' })
    expect(said(body, { imported: true }).properties).toEqual({ products })
  })
})

describe('what a message says', () => {
  it.each([
    ['identify', {}, null, {}],
    ['track', { event: 'Order Completed', properties: { revenue: 5 } }, 'Order Completed', { revenue: 5 }],
    ['page', { name: 'Home', properties: { path: '/' } }, 'Page Viewed', { path: '/', name: 'Home' }],
    [
      'page',
      { name: 'Home', category: 'Docs', properties: { name: 'x' } },
      'Page Viewed',
      { name: 'Home', category: 'Docs' },
    ],
    ['screen', { name: 'Main' }, 'Screen Viewed', { name: 'Main' }],
    ['group', { properties: { a: 1 } }, null, {}],
    ['alias', { previousId: 'a1' }, null, {}],
  ])('%s %j', (type, body, event, properties) => {
    expect(said({ type, userId: 'u1', ...body })).toMatchObject({ kind: type, event, properties })
  })

  it('traits become paths: lists stay whole, null withdraws, five names deep, nothing that reaches a prototype', () => {
    const deep = { a: { b: { c: { d: { e: 1, f: { g: 2 } } } } } }
    const traits = JSON.parse(
      '{"plan":"pro","tags":["a",{"b":1}],"address":{"city":"Kiel","zip":null},"x.y":1,"__proto__":{"isAdmin":true},"o":{"constructor":{"prototype":1}},"p.prototype.q":1}',
    )
    const paths = said({ type: 'identify', userId: 'u1', traits: { ...traits, ...deep } }).traits
    expect(Object.fromEntries(paths)).toEqual({
      plan: 'pro',
      tags: ['a', { b: 1 }],
      'address.city': 'Kiel',
      'address.zip': null,
      'x.y': 1,
      'a.b.c.d.e': 1,
    })
    expect(said({ type: 'track', event: 'X', userId: 'u1', traits }).traits).toEqual(new Map())
  })

  it('the order of keys in the text is nothing, also where two lead to one path', () => {
    const orders = ['{"x.y":1,"x":{"y":2}}', '{"x":{"y":2},"x.y":1}'].map((text) => JSON.parse(text))
    const [one, other] = orders.map((traits) => said({ type: 'identify', userId: 'u1', traits }))
    expect(one?.traits).toEqual(other?.traits)
    expect(one?.hash).toBe(other?.hash)
  })

  it('consents are what the person chose by category', () => {
    const context = { consent: { categoryPreferences: { email_marketing: false, personalization: true } } }
    expect(said({ type: 'track', event: 'X', userId: 'u1', context }).consents).toEqual({
      email_marketing: false,
      personalization: true,
    })
  })

  it('the body is kept as it came', () => {
    const body = { type: 'track', event: 'X', userId: ' U1 ', own: { thing: [1, null] } }
    expect(said(body).body).toBe(body)
  })
})

describe('when it happened', () => {
  const at = (seconds: number): string => iso(noon + seconds * 1000)
  it.each([
    ['no time: on receipt', {}, null, 0, null],
    ['stated', { timestamp: at(-3600) }, null, -3600, null],
    ['a slow network is no skew', { timestamp: at(-3600), sentAt: at(-29) }, null, -3600, null],
    ['a clock 10 min behind', { timestamp: at(-660), sentAt: at(-600) }, null, -60, 'skewed'],
    ['a clock 10 min ahead', { timestamp: at(540), sentAt: at(600) }, null, -60, 'skewed'],
    ['sent time of the batch', { timestamp: at(-660) }, noon - 600_000, -60, 'skewed'],
    ['the message’s own sent time goes first', { timestamp: at(-60), sentAt: at(0) }, noon - 600_000, -60, null],
    ['no time, but a wrong clock', { sentAt: at(-600) }, null, 0, null],
    [
      'the device’s statement, not what was made of it',
      { originalTimestamp: at(-660), timestamp: at(-1), sentAt: at(-600) },
      null,
      -60,
      'skewed',
    ],
    ['5 min ahead is let be', { timestamp: at(300) }, null, 300, null],
    ['more than 5 min ahead', { timestamp: at(301) }, null, 0, 'future'],
    ['still ahead after correction', { timestamp: at(2000), sentAt: at(600) }, null, 0, 'future'],
    ['a sent time that is none', { timestamp: at(-660), sentAt: 'yesterday' }, null, -660, null],
  ])('%s', (_, times, sentAt, seconds, flag) => {
    const message = said({ type: 'track', event: 'X', userId: 'u1', ...times }, { sentAt })
    expect([(message.at - noon) / 1000, message.flag]).toEqual([seconds, flag])
  })
})

describe('the same message again', () => {
  const body = { type: 'track', event: 'X', userId: 'u1', messageId: 'm1', properties: { a: 1, b: 2 } }
  const hash = (changes: Record<string, unknown>): string => said({ ...body, ...changes }).hash

  it.each([
    [
      'another sending',
      { sentAt: iso(noon), receivedAt: iso(noon), writeKey: 'w', _metadata: { nodeVersion: 'v20' } },
      true,
    ],
    ['keys in another order', { properties: { b: 2, a: 1 } }, true],
    ['another property', { properties: { a: 1, b: 3 } }, false],
    ['another original time', { originalTimestamp: iso(noon) }, false],
    ['another destination', { integrations: { All: false } }, false],
    ['another kind', { type: 'page' }, false],
  ])('%s: same content is %s', (_, changes, same) => {
    expect(hash(changes) === hash({})).toBe(same)
  })

  it('is the same at its endpoint as in a batch', () => {
    const { type, ...bare } = body
    expect(said(bare, { kind: 'track' }).hash).toBe(said(body).hash)
    expect(type).toBe('track')
  })

  it('without an id it is known by source, time and content', () => {
    const { messageId, ...bare } = body
    const stated = { ...bare, timestamp: iso(noon - 5000) }
    const id = said(stated).id
    expect(messageId).not.toBe(id)
    expect(said({ ...stated, sentAt: iso(noon + 9) }, { receivedAt: noon + 99 }).id).toBe(id)
    expect(said(stated, { source: 'shop' }).id).not.toBe(id)
    expect(said({ ...stated, userId: 'u2' }).id).not.toBe(id)
    expect(said(bare, { receivedAt: noon + 1 }).id).not.toBe(said(bare).id)
  })
})

describe('what is not taken says why', () => {
  const refused = [
    ['text', 'invalid', 'reading the message: found text of 4 characters, allowed is an object'],
    [null, 'invalid', 'reading the message: found null'],
    [[], 'invalid', 'reading the message: found a list'],
    [{ userId: 'u1' }, 'invalid', 'reading type: found nothing, allowed is identify, track'],
    [{ type: 'purchase', userId: 'u1' }, 'invalid', 'reading type: found text of 8 characters, allowed is identify'],
    [{ type: 'track', userId: 'u1' }, 'invalid', 'reading event: found nothing'],
    [{ type: 'track', userId: 'u1', event: ' ' }, 'invalid', 'reading event: found text of 1 characters'],
    [{ type: 'track', userId: 'u1', event: 'x'.repeat(513) }, 'invalid', 'reading event: found text of 513 characters'],
    [
      { type: 'page', userId: 'x'.repeat(513) },
      'invalid',
      'allowed is Unicode text of at most 512 characters, or a number',
    ],
    [{ type: 'page', userId: 'u1', messageId: 'm\ud800' }, 'invalid', 'reading messageId: found text of 2 characters'],
    [{ type: 'track', userId: 'u1', event: '\udfffx' }, 'invalid', 'allowed is Unicode text'],
    [{ type: 'page', userId: { id: 1 } }, 'invalid', 'reading userId: found an object'],
    [{ type: 'page', userId: true }, 'invalid', 'reading userId: found a boolean'],
    [
      { type: 'page', userId: 'u1', timestamp: 'soon' },
      'invalid',
      'reading timestamp: found text of 4 characters, allowed is an ISO 8601',
    ],
    [{ type: 'page', userId: 'u1', timestamp: '2026-02-30T00:00:00Z' }, 'invalid', 'reading timestamp'],
    [{ type: 'identify', userId: 'u1', traits: [] }, 'invalid', 'reading traits: found a list, allowed is an object'],
    [{ type: 'page', userId: 'u1', properties: 5 }, 'invalid', 'reading properties: found a number'],
    [{ type: 'page', userId: 'u1', context: { traits: 'x' } }, 'invalid', 'reading context.traits: found text'],
    [
      { type: 'page', userId: 'u1', context: { consent: { categoryPreferences: { email_marketing: 'no' } } } },
      'invalid',
      'reading context.consent.categoryPreferences.email_marketing: found text of 2 characters, allowed is true or false',
    ],
    [{ type: 'page', userId: 'u1', context: { page: 'x'.repeat(32_768) } }, 'too_large', 'more than 32768 bytes'],
    [{ type: 'page', userId: 'u1', properties: { text: 'é'.repeat(16_400) } }, 'too_large', 'more than 32768 bytes'],
  ] as const
  it.each(refused)('%.60j', (body, code, detail) => {
    expect(read(body)).toMatchObject({ code, detail: expect.stringContaining(detail) })
  })

  it('does not quote personal data', () => {
    expect(JSON.stringify(read({ type: 'page', userId: 'u1', timestamp: 'ada@example.test' }))).not.toContain('ada@')
  })

  it('nesting without end is refused before it exhausts the stack', () => {
    const nested = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)
    expect(read({ type: 'page', userId: 'u1', properties: nested })).toMatchObject({ code: 'invalid' })
    expect(
      read({ type: 'page', userId: 'u1', properties: JSON.parse('['.repeat(9e4) + ']'.repeat(9e4)) }),
    ).toMatchObject({
      code: 'invalid',
    })
  })

  it('any JSON value is read or refused, never thrown at', () => {
    const fields = [
      'type',
      'messageId',
      'userId',
      'anonymousId',
      'event',
      'timestamp',
      'sentAt',
      'traits',
      'properties',
      'context',
    ]
    const body = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 4 }))
    const message = body.map((parts) => ({ type: 'identify', userId: 'u1', ...parts }))
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), body, message), (value) => {
        const result = read(value)
        if (isRefusal(result)) expect(result.detail).not.toBe('')
        else expect(Number.isSafeInteger(result.at)).toBe(true)
      }),
    )
  })
})

describe('canonical JSON', () => {
  it('is JSON, and the same for the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
    )
  })
})
