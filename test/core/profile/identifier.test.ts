import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normaliseIdentifier, normaliseIdentifiers, parseIdentifier } from '../../../core/profile/identifier.ts'
import { identifierRule } from '../../../core/profile/identifier-rule.ts'
import { nodeId } from '../../../core/profile/node.ts'
import { day, settings, settingsWith } from './given.ts'

const spelled = (type: string, value: string, under = settings): string | null =>
  normaliseIdentifier({ type, value }, under)?.value ?? null

describe('identifiers have one spelling', () => {
  it.each([
    ['userId', '  U1 ', 'U1'],
    ['userId', 'Ame\u0301lie', 'Am\u00e9lie'],
    ['email', ' Ada@Example.TEST ', 'ada@example.test'],
    ['email', 'some.name+news@gmail.com', 'some.name+news@gmail.com'],
    ['email', '"a@b"@example.test', '"a@b"@example.test'],
    ['email', 'ada', null],
    ['email', '@example.test', null],
    ['email', 'ada@', null],
    ['email', 'a da@example.test', null],
    ['phone', '0170 1234567', '+491701234567'],
    ['phone', '+44 20 7946 0018', '+442079460018'],
    ['phone', 'tel:+49-170-1234567', '+491701234567'],
    ['phone', 'call 0170 1234567', null],
    ['phone', '12', null],
    ['mail', '8f3c', '8f3c'],
    ['userId', 'a\u0000b', null],
    ['userId', 'a\ud800b', null],
    ['userId', 'x'.repeat(513), null],
  ])('%s "%s" is %s', (type, value, expected) => {
    expect(spelled(type, value)).toBe(expected)
  })

  it('a phone number without a country needs the region of its type', () => {
    const without = settingsWith({ identifiers: { phone: { limit: 3 } } })
    expect(spelled('phone', '0170 1234567', without)).toBeNull()
    expect(spelled('phone', '+49 170 1234567', without)).toBe('+491701234567')
  })

  it('normalising twice changes nothing', () => {
    const types = fc.constantFrom('userId', 'email', 'phone', 'mail')
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }).map((local) => `${local}@Example.test`),
    )
    fc.assert(
      fc.property(types, text, (type, value) => {
        const once = spelled(type, value)
        if (once !== null) expect(spelled(type, once)).toBe(once)
      }),
    )
  })
})

describe('values that name nobody identify nobody', () => {
  const everywhere = ['', '  ', '0', '0000-0000', '-', '-1', 'null', 'NULL', 'undefined', 'NaN', 'Anonymous', 'none']
  const types = ['userId', 'email', 'phone', 'anonymousId', 'mail']
  it.each([...everywhere, 'unknown', 'n/a', 'Guest'])('"%s" of any type', (value) => {
    expect(types.map((type) => spelled(type, value))).toEqual(types.map(() => null))
  })

  it.each([
    ['NoEmail@Shop.example', true],
    ['test@ada.example', true],
    ['TEST@ada.example', true],
    ['ada@shop.EXAMPLE', true],
    ['ada@shop.example.test', false],
    ['contest@ada.example', false],
  ])('"%s" by profile.yaml: %s', (value, blocked) => {
    expect(spelled('email', value) === null).toBe(blocked)
  })

  it('blocked phone numbers are meant in every spelling, whole patterns literally', () => {
    const under = settingsWith({
      identifiers: {
        phone: { limit: 1, region: 'DE', blocked: ['0170 1234567'] },
        userId: { limit: 1, blocked: [{ pattern: '^a.c$' }] },
      },
    })
    expect(spelled('phone', '+49 170 1234567', under)).toBeNull()
    expect(spelled('phone', '0170 1234568', under)).toBe('+491701234568')
    expect(spelled('userId', 'A.C', under)).toBeNull()
    expect(spelled('userId', 'abc', under)).toBe('abc')
  })

  it('a pattern has to be anchored', () => {
    expect(() => settingsWith({ identifiers: { userId: { limit: 1, blocked: [{ pattern: 'test' }] } } })).toThrow(
      'anchored',
    )
  })
})

describe('identifiers are ranked', () => {
  it('as profile.yaml lists them, connectors’ own ids last', () => {
    const stated = ['mail:8f3c', 'anonymousId:a1', 'email:b@x.test', 'email:a@x.test', 'userId:u1', 'userId:u1']
    const sorted = normaliseIdentifiers(stated.map(parseIdentifier), settings)
    expect(sorted.map(({ type, value }) => `${type}:${value}`)).toEqual([
      'userId:u1',
      'email:a@x.test',
      'email:b@x.test',
      'anonymousId:a1',
      'mail:8f3c',
    ])
  })

  it.each([
    ['userId', { rank: 0, limit: 1, sharedWithinMs: null, declared: true }],
    ['anonymousId', { rank: 3, limit: 5, sharedWithinMs: 30 * day, declared: true }],
    ['mail', { rank: 4, limit: 1, sharedWithinMs: null, declared: false }],
    ['constructor', { rank: 4, limit: 1, sharedWithinMs: null, declared: false }],
    ['__proto__', { rank: 4, limit: 1, sharedWithinMs: null, declared: false }],
  ])('the rule of %s', (type, rule) => {
    expect(identifierRule(settings, type)).toMatchObject(rule)
  })
})

describe('identifiers as text', () => {
  it.each([
    ['email:ada@x.test', 'email', 'ada@x.test'],
    ['mail:a:b', 'mail', 'a:b'],
    ['userId:', 'userId', ''],
  ])('"%s"', (text, type, value) => {
    expect(parseIdentifier(text)).toEqual({ type, value })
  })
  it.each(['ada', '', ':ada'])('"%s" has no type', (text) => {
    expect(() => parseIdentifier(text)).toThrow('write type:value')
  })
})

describe('node ids', () => {
  it('are UUIDs of version 8, a function of key, type and value', () => {
    const id = nodeId('key', { type: 'userId', value: 'u1' })
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(nodeId('key', { type: 'userId', value: 'u1' })).toBe(id)
    const others = [
      nodeId('other key', { type: 'userId', value: 'u1' }),
      nodeId('key', { type: 'userIdu', value: '1' }),
      nodeId('key', { type: 'email', value: 'u1' }),
    ]
    expect(new Set([id, ...others]).size).toBe(4)
  })
  it('never change: profile ids would be lost', () => {
    // HMAC-SHA256('key', 'userId\0u1'): printf 'userId\0u1' | openssl dgst -sha256 -hmac key
    expect(nodeId('key', { type: 'userId', value: 'u1' })).toBe('0213b366-91d9-8a18-8975-519f792168fc')
  })
})
