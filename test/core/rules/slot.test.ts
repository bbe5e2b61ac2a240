import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Condition } from '../../../core/rules/condition.ts'
import { registry } from '../../../core/rules/registry.ts'
import { anyCustomer, start, written } from './arbitrary.ts'
import { customer, type GivenProfile, hour, programOf } from './given.ts'
import { refers } from './reference.ts'

const noon = Date.parse('2026-11-21T12:00:00Z')
const german = { traits: { country: 'DE' } }
const field = { headline: { type: 'text', required: true } }
const fallback = { 'de-DE': { headline: 'Neu' }, 'en-GB': { headline: 'New' } }
const shop = {
  segments: [
    { key: 'german', when: { trait: 'country', is: 'DE' } },
    { key: 'grown-up', when: { trait: 'age', gte: 18 } },
    { key: 'recent', when: { event: 'Order Completed', withinLast: '3h' } },
  ],
  slots: [{ key: 'lead' }, { key: 'basket', scope: 'request' }],
  placements: [
    { key: 'hero', channel: 'email', slot: 'lead', fields: field, fallback },
    { key: 'aside', channel: 'wcm', slot: 'basket', fields: field, fallback },
  ],
  offers: [
    { key: 'plain', value: 3, content: {} },
    { key: 'adult', eligible: { segment: 'grown-up' }, content: {} },
    { key: 'winter', validFrom: '2026-12-01', content: {} },
    {
      key: 'personal',
      content: {
        default: { 'de-DE': { headline: 'Hallo {{ firstName }}' }, 'en-GB': { headline: 'Hello' } },
      },
    },
  ],
  rules: [
    { key: 'all', slot: 'lead', when: { not: { trait: 'vip', is: true } }, offer: 'plain', weight: 2 },
    { key: 'de', slot: 'lead', when: { segment: 'german' }, offer: 'plain' },
    { key: 'at', slot: 'lead', when: { trait: 'country', is: 'AT' }, offer: 'plain' },
    { key: 'dach', slot: 'lead', when: { trait: 'country', in: ['DE', 'AT', 'CH'] }, offer: 'adult' },
    { key: 'cold', slot: 'lead', when: { segment: 'german' }, offer: 'winter', schedule: { days: ['sat'] } },
    { key: 'late', slot: 'lead', when: { segment: 'german' }, offer: 'plain', schedule: { from: '2027-01-01' } },
    { key: 'named', slot: 'lead', when: { segment: 'german' }, offer: 'personal' },
    { key: 'tagged', slot: 'lead', when: { trait: 'tags', in: ['a', 'b'] }, offer: 'plain' },
    { key: 'bought', slot: 'lead', when: { all: [{ segment: 'recent' }, { segment: 'german' }] }, offer: 'plain' },
    {
      key: 'mobile',
      slot: 'basket',
      when: {
        all: [
          { context: 'device.type', is: 'mobile' },
          { context: 'basket[].sku', in: ['A', 'B'] },
        ],
      },
      offer: 'personal',
    },
    { key: 'desk', slot: 'basket', when: { not: { context: 'device.type', is: 'mobile' } }, offer: 'plain' },
  ],
}
const program = programOf(shop)
const lead = (given: GivenProfile, at = noon) => program.evaluate(customer(given), at).slot('lead')
const rules = (given: GivenProfile, at?: number) => lead(given, at).candidates.map(({ rule }) => rule.key)

describe('a slot', () => {
  it('slot: who matches is a candidate, in file order, with weight x value', () => {
    const { candidates, notInAudience } = lead({
      traits: { country: 'DE', age: 20, firstName: 'Ada', tags: ['b', 'a'] },
    })
    expect(candidates.map(({ rule, offer, score }) => [rule.key, offer.key, score])).toEqual([
      ['all', 'plain', 6],
      ['de', 'plain', 3],
      ['dach', 'adult', 1],
      ['named', 'personal', 1],
      ['tagged', 'plain', 3],
    ])
    expect(notInAudience).toBe(2)
  })

  it('slot: who matches and falls out later is told with the stage', () => {
    expect(lead({ traits: { country: 'DE', vip: true } })).toMatchObject({
      candidates: [{ rule: { key: 'de' } }],
      dropped: [
        { rule: 'dach', stage: 'eligible' },
        { rule: 'cold', stage: 'validity' },
        { rule: 'late', stage: 'schedule' },
        { rule: 'named', stage: 'content' },
      ],
      notInAudience: 4,
    })
  })

  it.each([
    { name: 'their own language needs the name', traits: { locale: 'de-AT' }, is: false },
    { name: 'no language: that of the hub needs it', traits: {}, is: false },
    { name: 'an unknown language: that of the hub', traits: { locale: 'fr-FR' }, is: false },
    { name: 'their language does without', traits: { locale: 'en_US' }, is: true },
    { name: 'the name is known', traits: { locale: 'de', firstName: 'Ada' }, is: true },
  ])('slot: content that lacks a trait drops the offer; $name', ({ traits, is }) => {
    expect(rules({ traits: { country: 'DE', ...traits } }).includes('named')).toBe(is)
  })

  it('slot: in a slot for one request an offer stands whatever its content lacks', () => {
    const { candidates } = program
      .evaluate(customer({}), noon, { device: { type: 'mobile' }, basket: [{ sku: 'B' }] })
      .slot('basket')
    expect(candidates.map(({ rule }) => rule.key)).toEqual(['mobile'])
  })

  it.each([
    { context: undefined, is: ['mobile', 'desk'] },
    { context: {}, is: ['desk'] },
    { context: { device: { type: 'desk' } }, is: ['desk'] },
    { context: { device: { type: 'mobile' } }, is: [] },
    { context: { device: { type: 'mobile' }, basket: [{ sku: 'C' }, { sku: 'A' }] }, is: ['mobile'] },
    { context: { device: { type: 'mobile' }, basket: { sku: 'A' } }, is: [] },
  ])('slot: in the request $context the rules are $is', ({ context, is }) => {
    const { candidates } = program.evaluate(customer({}), noon, context).slot('basket')
    expect(candidates.map(({ rule }) => rule.key)).toEqual(is)
  })

  it.each([
    { rule: 'mobile', context: { device: { type: 'desk' } }, is: true },
    { rule: 'mobile', context: { device: { type: 'mobile' }, basket: [{ sku: 'A' }] }, is: false },
    { rule: 'desk', context: { device: { type: 'mobile' } }, is: true },
    { rule: 'desk', context: {}, is: false },
    { rule: 'de', context: {}, is: false },
  ])('slot: $rule is withheld in $context: $is', ({ rule, context, is }) => {
    expect(program.withheld(rule, customer({}), noon, context)).toBe(is)
  })

  it('slot: an evaluation knows until when all that was asked stays so', () => {
    const bought = { ...german, events: [{ event: 'Order Completed', at: noon - hour }] }
    const evaluation = program.evaluate(customer(bought), noon)
    expect(evaluation.until()).toBe(Number.POSITIVE_INFINITY)
    expect(evaluation.inSegment('recent')).toBe(true)
    expect(evaluation.until()).toBe(noon + 2 * hour)
    expect(evaluation.segments()).toEqual(['german', 'recent'])
    expect(evaluation.trait('country')).toBe('DE')
    expect(evaluation.trait('orders')).toBe(1)
    expect(evaluation.trait('firstName')).toBeUndefined()
    expect(evaluation.slot('lead').candidates.map(({ rule }) => rule.key)).toContain('bought')
  })

  it('slot: one that nobody declared is refused by name', () => {
    expect(() => program.evaluate(customer({}), noon).slot('footer')).toThrow(/evaluating slot "footer"/)
  })

  it('slot: what its rules, offers and content read is known', () => {
    expect([...program.reads.traits].sort()).toEqual(['age', 'country', 'firstName', 'locale', 'tags', 'vip'])
    expect([...program.reads.events]).toEqual(['Order Completed'])
    expect([...program.reads.consents]).toEqual([])
  })

  it('slot: a segment that contains itself cannot be compiled', () => {
    const segments = [
      { key: 'a', when: { segment: 'b' } },
      { key: 'b', when: { not: { segment: 'a' } } },
    ]
    expect(() => programOf({ segments })).toThrow(/segment "a": it contains itself, a -> b -> a/)
  })

  it('slot: a rule without its offer cannot be compiled', () => {
    const rule = { key: 'r', slot: 's', when: { trait: 'vip', is: true }, offer: 'gone' }
    expect(() => programOf({ slots: [{ key: 's' }], rules: [rule] })).toThrow(/rule "r": there is no offer "gone"/)
  })

  it('slot: the index finds the rules whose conditions hold, and none else, until the time that is told', () => {
    const offers = [{ key: 'o', content: {} }]
    const wanted = fc.array(written, { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(wanted, anyCustomer, fc.nat(90), (many, given, offset) => {
        const [shared] = many
        const conditions: readonly Condition[] = many.flatMap(({ when, first }) => [
          when,
          { all: [{ trait: 'country', is: 'A' }, first] },
          { all: [when, { all: [{ segment: 'second' }, { trait: 'tags', in: ['A', 'B'] }] }] },
        ])
        const when = (condition: Condition, index: number) => ({
          key: `r${index}`,
          slot: 's',
          when: condition,
          offer: 'o',
        })
        const named = [
          { key: 'first', when: shared?.first },
          { key: 'second', when: shared?.second },
        ]
        const sheet = registry.parse({ segments: named, slots: [{ key: 's' }], offers, rules: conditions.map(when) })
        const segments = new Map(sheet.segments.map((segment) => [segment.key, segment.when]))
        const profile = customer(given)
        const expected = (at: number) =>
          sheet.rules
            .filter((rule) => refers(rule.when, { profile, at, timezone: 'Europe/Berlin', segments }))
            .map(({ key }) => key)
        const at = start + offset * hour
        const evaluation = programOf(sheet).evaluate(profile, at)
        const { candidates, notInAudience } = evaluation.slot('s')
        const found = candidates.map(({ rule }) => rule.key)
        expect(notInAudience).toBe(conditions.length - found.length)
        const end = Math.min(evaluation.until(), start + 96 * hour)
        for (let tick = at; tick < end; tick += 8 * hour) expect(found).toEqual(expected(tick))
        expect(found).toEqual(expected(end - 1))
      }),
      { numRuns: 150 },
    )
  })
})
