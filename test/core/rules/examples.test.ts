import { describe, expect, it } from 'vitest'
import { checkExamples } from '../../../core/decide/example.ts'
import { knownPlugins, readConfig } from '../../../core/flow/configure.ts'
import { type Registry, registry } from '../../../core/rules/registry.ts'
import { settings } from './given.ts'

const at = '2026-11-21T12:00:00Z'
const bought = (timestamp: string) => ({ event: 'Order Completed', timestamp, properties: { total: 10 } })
const content = { default: { 'en-GB': { headline: 'Hello' } } }

const rules = {
  segments: [
    { key: 'buyers', when: { event: 'Order Completed' } },
    {
      key: 'lapsed',
      when: { all: [{ segment: 'buyers' }, { not: { event: 'Order Completed', withinLast: '60d' } }] },
    },
    {
      key: 'germans',
      when: {
        any: [
          { trait: 'country', is: 'DE' },
          { trait: 'locale', startsWith: 'de' },
        ],
      },
    },
    { key: 'reachable', when: { consent: 'email' } },
  ],
  slots: [{ key: 'lead' }, { key: 'now', scope: 'request' }],
  placements: [{ key: 'hero', channel: 'web', slot: 'lead', fields: { headline: { type: 'text' } }, fallback: {} }],
  offers: [
    { key: 'care', content },
    { key: 'back', eligible: { trait: 'age', gte: 18 }, content },
    { key: 'old', validTo: '2026-01-01', content },
    { key: 'named', content: { default: { 'en-GB': { headline: '{{ firstName }}' } } } },
    { key: 'nowhere', content },
  ],
  rules: [
    { key: 'care', slot: 'lead', when: { segment: 'buyers' }, offer: 'care' },
    { key: 'back', slot: 'lead', when: { segment: 'lapsed' }, offer: 'back', tier: 5 },
    { key: 'old', slot: 'lead', when: { segment: 'buyers' }, offer: 'old', tier: 9 },
    { key: 'named', slot: 'lead', when: { segment: 'buyers' }, offer: 'named', tier: 9 },
    { key: 'page', slot: 'now', when: { context: 'page', is: 'home' }, offer: 'care' },
  ],
}
const told = (examples: readonly Record<string, unknown>[], more: Record<string, unknown> = {}) => {
  const whole: Registry = registry.parse({ ...rules, ...more, examples })
  return checkExamples({ registry: whole, settings, timezone: 'UTC', locales: ['en-GB'] }).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  )
}
const example = (profile: Record<string, unknown>, expected: Record<string, unknown>) => ({
  name: 'x',
  at,
  profile,
  expect: expected,
})
const lately = bought('2026-11-20T12:00:00Z')
const longAgo = bought('2026-08-01T12:00:00Z')

describe('examples that come out as expected', () => {
  it.each([
    ['nobody known is in no segment and gets nothing', {}, { not: { segments: ['buyers'] }, slots: { lead: null } }],
    ['an event, in the past', { events: [lately] }, { segments: ['buyers'], slots: { lead: 'care' } }],
    ['an event at the very instant', { events: [bought(at)] }, { segments: ['buyers'] }],
    [
      'time that passed',
      { events: [longAgo], traits: { age: 30 } },
      { segments: ['buyers', 'lapsed'], slots: { lead: 'back' } },
    ],
    ['a window begins after its first instant', { events: [bought('2026-09-22T12:00:00Z')] }, { segments: ['lapsed'] }],
    ['a trait', { traits: { country: 'DE' } }, { segments: ['germans'] }],
    ['a trait of several names', { traits: { 'subscription.endsAt': '2026-11-22T00:00:00Z' } }, { slots: {} }],
    ['a consent', { consents: { email: true } }, { segments: ['reachable'] }],
    ['identifiers', { identifiers: { userId: 'u1' }, events: [lately] }, { segments: ['buyers'] }],
    ['of segments that are not named nothing is said', { events: [lately] }, { segments: [] }],
    ['a slot for requests, asked without a context', { events: [lately] }, { slots: { now: null } }],
  ])('%s', (_, profile, expected) => {
    expect(told([example(profile, expected)])).toEqual([])
  })
})

describe('an example that comes out otherwise says where, what came, and why', () => {
  it.each([
    [
      'a segment that should hold: the part that fails, in the segments it names too',
      example({ events: [lately] }, { segments: ['buyers', 'lapsed'] }),
      [
        'examples.0.expect.segments.1: "x": expected to be in lapsed, and the customer is not: { not: { event: Order Completed, withinLast: 60d } } does not hold (1 × Order Completed)',
      ],
    ],
    [
      'a segment of which no part holds: all of it, and what is known',
      example({ traits: { country: 'AT' } }, { segments: ['germans'] }),
      [
        'examples.0.expect.segments.0: "x": expected to be in germans, and the customer is not: { any: [{ trait: country, is: DE }, { trait: locale, startsWith: de }] } does not hold (country is "AT", locale is not known)',
      ],
    ],
    [
      'a segment that should not hold: the part that holds',
      example({ traits: { country: 'DE' } }, { not: { segments: ['germans'] } }),
      [
        'examples.0.expect.not.segments.0: "x": expected not to be in germans, and the customer is: { trait: country, is: DE } holds (country is "DE")',
      ],
    ],
    [
      'an offer whose audience the customer is not in',
      example({}, { slots: { lead: 'care' } }),
      [
        'examples.0.expect.slots.lead: "x": expected care, and nothing came; rule care: { event: Order Completed } does not hold (0 × Order Completed)',
      ],
    ],
    [
      'an offer that the customer is not eligible for',
      example({ events: [longAgo], traits: { age: 17 } }, { slots: { lead: 'back' } }),
      [
        'examples.0.expect.slots.lead: "x": expected back, and care by rule care came; rule back: the customer is not eligible for its offer: { trait: age, gte: 18 } does not hold (age is 17)',
      ],
    ],
    [
      'an offer that is not valid any more, and one that needs a name',
      example({ events: [lately] }, { slots: { lead: 'old' } }),
      [
        'examples.0.expect.slots.lead: "x": expected old, and care by rule care came; rule old: its offer is not valid then',
      ],
    ],
    [
      'an offer whose text needs a trait',
      example({ events: [lately] }, { slots: { lead: 'named' } }),
      [
        'examples.0.expect.slots.lead: "x": expected named, and care by rule care came; rule named: its content needs a trait that the customer has not',
      ],
    ],
    [
      'an offer that lost',
      example({ events: [longAgo], traits: { age: 30 } }, { slots: { lead: 'care' } }),
      ['examples.0.expect.slots.lead: "x": expected care, and back by rule back came; rule care: lost by tier'],
    ],
    [
      'an offer that no rule has',
      example({}, { slots: { lead: 'nowhere' } }),
      [
        'examples.0.expect.slots.lead: "x": expected nowhere, and nothing came; no rule of this slot has the offer nowhere',
      ],
    ],
    [
      'an offer where nothing should come',
      example({ events: [lately] }, { slots: { lead: null } }),
      [
        'examples.0.expect.slots.lead: "x": expected nothing, and care by rule care came; rule care: { event: Order Completed } holds (1 × Order Completed)',
      ],
    ],
  ])('%s', (_, failing, problems) => {
    expect(told([failing])).toEqual(problems)
  })

  it('each at its own place, the others unharmed', () => {
    const good = example({ events: [lately] }, { segments: ['buyers'] })
    const bad = example({}, { segments: ['buyers'], slots: { lead: 'care' } })
    expect(told([good, bad, good]).map((line) => line.split(':')[0])).toEqual([
      'examples.1.expect.segments.0',
      'examples.1.expect.slots.lead',
    ])
  })
})

describe('the shipped rules', () => {
  it('carry an example for every segment, slot and offer', async () => {
    const read = readConfig('config/hub.yaml', {}, await knownPlugins('config/hub.yaml'))
    if ('problems' in read) throw new Error(read.problems.map(({ message }) => message).join('\n'))
    const { examples, segments, slots, offers } = read.config.registry
    const expected = examples.map(({ expect: one }) => one)
    const keys = (kinds: readonly { readonly key: string }[]) => kinds.map(({ key }) => key).sort()
    const named = (names: readonly string[]) => [...new Set(names)].sort()
    expect(named(expected.flatMap((one) => one.segments ?? []))).toEqual(keys(segments))
    expect(named(expected.flatMap((one) => Object.keys(one.slots ?? {})))).toEqual(keys(slots))
    expect(named(expected.flatMap((one) => Object.values(one.slots ?? {}).flatMap((key) => key ?? [])))).toEqual(
      keys(offers),
    )
  })
})
