import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainMessage } from '../../../core/profile/plain-message.ts'
import { segmentMessage } from '../../../core/profile/segment-message.ts'

/** A field that is not there says the same as null. */
const stated = (message: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined && value !== null))
const readBy = (message: ReturnType<typeof plainMessage>) =>
  message && stated({ ...message, ...(message.context ? { context: stated(message.context) } : {}) })

const text = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom('', '2026-11-21T12:00:00Z', '2026-02-30', '\ud800', 'x'.repeat(512), 'x'.repeat(513)),
)
const odd = fc.oneof(text, fc.constantFrom(null, 0, 1.5, true), fc.jsonValue({ maxDepth: 2 }))
const object = fc.dictionary(fc.constantFrom('a', 'email'), fc.jsonValue({ maxDepth: 1 }))
const consent = fc.oneof(fc.constant({ categoryPreferences: { mail: true } }), odd)
const context = fc.record(
  { traits: fc.oneof(object, odd), externalIds: fc.oneof(fc.array(object), odd), device: odd, consent, ip: text },
  { requiredKeys: [] },
)
const body = fc.record(
  {
    type: fc.oneof(fc.constantFrom('identify', 'track', 'page', 'alias'), odd),
    messageId: fc.oneof(text, odd),
    userId: fc.oneof(text, odd),
    anonymousId: fc.oneof(text, odd),
    previousId: fc.oneof(text, odd),
    event: fc.oneof(text, odd),
    name: fc.oneof(text, odd),
    category: fc.oneof(text, odd),
    timestamp: fc.oneof(text, odd),
    originalTimestamp: fc.oneof(text, odd),
    traits: fc.oneof(object, odd),
    properties: fc.oneof(object, odd),
    context: fc.oneof(context, odd),
    other: odd,
  },
  { requiredKeys: [] },
)

describe('a message that evidently fits', () => {
  it('is read as the schema reads it, and no other is read', () => {
    fc.assert(
      fc.property(body, (raw) => {
        const plain = plainMessage(raw)
        if (plain === null) return
        const { data } = segmentMessage.safeParse(raw)
        expect(readBy(plain)).toEqual(data && readBy(data))
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    { type: 'track', event: 'Order Completed', messageId: 'm1', userId: 'u1', timestamp: '2026-11-21T12:00:00Z' },
    { type: 'identify', anonymousId: 'a1', traits: { plan: 'pro' }, context: { ip: '203.0.113.7', traits: {} } },
    { type: 'page', userId: 'u1', properties: { path: '/' }, event: null, context: null },
  ])('is what clients usually send: $type', (raw) => {
    expect(plainMessage(raw)?.type).toBe(raw.type)
  })
})
