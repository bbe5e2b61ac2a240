import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { normaliseIdentifier } from '../../../core/profile/identifier.ts'
import { isRefusal, readMessage } from '../../../core/profile/segment.ts'
import { noon, settings, settingsWith } from './given.ts'
import { needsShared, shared, sharedText } from './shared.ts'

const phones = z.object({
  vectors: z.array(z.object({ country: z.string(), input: z.string(), expected: z.string().nullable() })),
})
const emails = z.object({
  vectors: z.array(
    z.object({
      input: z.string(),
      expected: z.union([z.string(), z.literal(false)]),
      options: z.record(z.string(), z.boolean()).default({}),
    }),
  ),
})
const captures = z.array(
  z.object({ body: z.object({ batch: z.array(z.record(z.string(), z.unknown())), sentAt: z.iso.datetime() }) }),
)

describe.skipIf(shared === undefined)(`public suites${needsShared}`, () => {
  it('phone numbers: every vector of libphonenumber, with the country as region', () => {
    const { vectors } = phones.parse(JSON.parse(sharedText('suites', 'email-phone-normalisation', 'phone-e164.json')))
    const wrong = vectors.filter(({ country, input, expected }) => {
      const under = settingsWith({ identifiers: { phone: { limit: 1, region: country } } })
      return (normaliseIdentifier({ type: 'phone', value: input }, under)?.value ?? null) !== expected
    })
    expect(wrong).toEqual([])
    expect(vectors.length).toBeGreaterThan(1000)
  })

  it('e-mail addresses: the vectors that fold nothing but case', () => {
    const { vectors } = emails.parse(JSON.parse(sharedText('suites', 'email-phone-normalisation', 'email.json')))
    const under = settingsWith({ identifiers: { email: { limit: 1 } } })
    const folds = (input: string): boolean =>
      /gmail|googlemail|ya\.ru|yandex|\+.*@(icloud|me|live|hotmail)|-.*@yahoo/i.test(input)
    const ours = vectors.filter(({ input, options }) => !folds(input) && options.all_lowercase !== false)
    const wrong = ours.filter(
      ({ input, expected }) =>
        (normaliseIdentifier({ type: 'email', value: input }, under)?.value ?? false) !== expected,
    )
    expect(wrong).toEqual([])
    expect(ours.length).toBeGreaterThan(8)
  })

  it('every message that @segment/analytics-node sends is taken, with the kinds and events it meant', () => {
    const [capture] = captures.parse(JSON.parse(sharedText('suites', 'client-captures', 'segment-analytics-node.json')))
    const receivedAt = Date.parse(capture?.body.sentAt ?? '') + 40
    const read = (capture?.body.batch ?? []).map((body) =>
      readMessage(body, { source: 'web', receivedAt, sentAt: receivedAt - 40, settings }),
    )
    expect(read.filter(isRefusal)).toEqual([])
    expect(read.map((message) => (isRefusal(message) ? message : [message.kind, message.event]))).toEqual([
      ['identify', null],
      ['track', 'Order Completed'],
      ['page', 'Page Viewed'],
      ['screen', 'Screen Viewed'],
      ['group', null],
      ['alias', null],
      ['track', 'Product Viewed'],
    ])
    expect(read.map((message) => (isRefusal(message) ? [] : message.identifiers.map(({ value }) => value)))).toEqual([
      ['u1', 'ann@example.com'],
      ['u1'],
      ['anon1'],
      ['anon1'],
      ['u1'],
      ['u1', 'anon1'],
      ['anon1'],
    ])
  })

  it('naughty strings as ids, names, traits and events: read, and never thrown at', () => {
    const strings = z.array(z.string()).parse(JSON.parse(sharedText('suites', 'blns', 'blns.base64.json')))
    const naughty = strings.map((text) => Buffer.from(text, 'base64').toString('utf8'))
    for (const text of naughty) {
      const body = {
        type: 'track',
        userId: text,
        event: text,
        properties: { [text]: text },
        context: { traits: { email: text } },
      }
      const message = readMessage(body, { source: 'web', receivedAt: noon, sentAt: null, settings })
      expect(isRefusal(message)).toBe(text.trim() === '' || text.length > 512)
    }
    expect(naughty.length).toBeGreaterThan(400)
  })
})
