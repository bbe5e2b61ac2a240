import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { condition } from '../../../core/rules/condition.ts'
import { placeOf, sortedNumbers } from '../../../core/rules/sorted-numbers.ts'
import { anyCustomer, start, written } from './arbitrary.ts'
import { customer, hour, programOf } from './given.ts'

const scalar = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('A', 'B') },
  fc.constantFrom('AB', 1, 2, 2.5, true, false),
)
const number = fc.constantFrom(-1, 0, 1, 2, 2.5, 3)
/** What a profile may hold, whatever is declared of it. */
const anyValue = fc.oneof(
  scalar,
  fc.array(fc.oneof(scalar, fc.constant(null)), { maxLength: 3 }),
  fc.constantFrom({ A: 'A' }, null, Number.NaN, Number.MAX_VALUE),
)
const trait = fc.constantFrom('country', 'age', 'vip', 'tags', 'nickname', 'favourite', 'orders')
const few = fc.array(scalar, { minLength: 1, maxLength: 3 })
const operators = fc.record(
  {
    is: scalar,
    isNot: scalar,
    in: few,
    notIn: few,
    contains: scalar,
    gte: fc.oneof(number, fc.constant('A')),
    lt: number,
    between: fc.tuple(number, number),
    exists: fc.boolean(),
  },
  { requiredKeys: [] },
)
const leaf = fc
  .tuple(trait, operators, fc.constantFrom('is', 'contains', 'gte', 'exists'), scalar, number)
  .map(([trait, stated, name, one, least]) => {
    const main = { is: { is: one }, contains: { contains: one }, gte: { gte: least }, exists: { exists: true } }[name]
    return Object.keys(stated).length > 2 ? { trait, ...main } : { trait, ...main, ...stated }
  })
const part = fc.oneof(
  { weight: 4, arbitrary: leaf },
  leaf.map((not) => ({ not })),
  fc.array(leaf, { minLength: 1, maxLength: 2 }).map((any) => ({ not: { any } })),
  fc.constantFrom(
    { segment: 'first' },
    { not: { segment: 'second' } },
    { consent: 'web' },
    { not: { consent: 'email' } },
  ),
)
const audience = fc.oneof(
  fc.array(part, { minLength: 1, maxLength: 4 }).map((all) => condition.parse({ all })),
  written.map(({ when }) => when),
)
/** So many rules from few audiences: a block of the index holds about 1,500. */
const sizes = fc.constantFrom([0, 3], [40, 0, 33], [7, 1_600, 5])

describe('rule index', () => {
  it('rule index: every slot finds the rules that hold, whatever traits hold, until the time that is told', () => {
    const traits = fc.dictionary(trait, anyValue)
    fc.assert(
      fc.property(
        fc.array(audience, { minLength: 1, maxLength: 12 }),
        written,
        anyCustomer,
        traits,
        sizes,
        (audiences, { first, second }, given, odd, lengths) => {
          const segments = Object.entries({ first, second }).map(([key, when]) => ({ key, when }))
          const slots = lengths.map((_, slot) => ({ key: `s${slot}` }))
          const rules = lengths.flatMap((length, slot) =>
            Array.from({ length }, (_, index) => ({
              key: `s${slot}-${index}`,
              slot: `s${slot}`,
              when: audiences[(index * (slot + 1)) % audiences.length],
              offer: 'o',
            })),
          )
          const program = programOf({ segments, slots, offers: [{ key: 'o', content: {} }], rules })
          const profile = customer({ ...given, traits: { ...given.traits, ...odd } })
          const evaluation = program.evaluate(profile, start)
          const verdicts = slots.map(({ key }) => evaluation.slot(key))
          const found = verdicts.map(({ candidates }) => candidates.map(({ rule }) => rule.key))
          expect(verdicts.map(({ notInAudience }) => notInAudience)).toEqual(
            lengths.map((length, slot) => length - (found[slot]?.length ?? 0)),
          )
          const last = Math.min(evaluation.until() - 1, start + 96 * hour)
          for (const at of [start, last]) {
            const holding = new Set(audiences.filter((each) => program.holds(each, profile, at).holds))
            const expected = slots.map(({ key }) =>
              rules.flatMap((rule) => (rule.slot === key && rule.when && holding.has(rule.when) ? [rule.key] : [])),
            )
            expect(found).toEqual(expected)
          }
        },
      ),
      { numRuns: 100 },
    )
  }, 60_000)

  const tagged = (value: string) => ({ trait: 'tags', contains: value })
  it.each([
    { all: [tagged('A'), tagged('B')], tags: ['A', 'B'], holds: true },
    { all: [tagged('A'), tagged('B')], tags: ['A', 'C'], holds: false },
    { all: [tagged('A'), { not: tagged('B') }], tags: ['A', 'B'], holds: false },
    { all: [{ not: tagged('B') }], tags: ['A', 'B'], holds: false },
    { all: [{ not: tagged('B') }], tags: [], holds: true },
    { all: [tagged('B')], tags: 'AB', holds: true },
    { all: [tagged('B')], tags: 'A', holds: false },
    { all: [{ trait: 'tags', isNot: 'A' }], tags: ['A', 'B'], holds: true },
    { all: [{ not: { trait: 'tags', isNot: 'A' } }], tags: ['A', 'B'], holds: false },
  ])('rule index: of a list, $all holds for $tags: $holds', ({ all, tags, holds }) => {
    const rule = (key: string) => ({ key, slot: 's', when: { all }, offer: 'o' })
    const written = { slots: [{ key: 's' }], offers: [{ key: 'o', content: {} }], rules: [rule('a'), rule('b')] }
    const { candidates } = programOf(written)
      .evaluate(customer({ traits: { tags } }), start)
      .slot('s')
    expect(candidates.length).toBe(holds ? 2 : 0)
  })

  it('rule index: what passes with time is not looked at for who is out for another reason', () => {
    const soon = { event: 'Order Completed', withinLast: '3h' }
    const rule = (key: string, country: string) => ({
      key,
      slot: country.toLowerCase(),
      when: { all: [soon, { trait: 'country', is: country }] },
      offer: 'o',
    })
    const program = programOf({
      slots: [{ key: 'at' }, { key: 'de' }],
      offers: [{ key: 'o', content: {} }],
      rules: [rule('a', 'AT'), rule('b', 'AT'), rule('c', 'DE')],
    })
    const events = [{ event: 'Order Completed', at: start - hour }]
    const evaluation = program.evaluate(customer({ traits: { country: 'DE' }, events }), start)
    expect(evaluation.slot('at').candidates).toEqual([])
    expect(evaluation.until()).toBe(Number.POSITIVE_INFINITY)
    expect(evaluation.slot('de').candidates.length).toBe(1)
    expect(evaluation.until()).toBe(start + 2 * hour)
  })

  it('rule index: a number is placed after all that are below it', () => {
    const numbers = fc.uniqueArray(fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer()), {
      maxLength: 40,
      comparator: (a, b) => a === b,
    })
    fc.assert(
      fc.property(numbers, fc.double({ noNaN: true }), (given, asked) => {
        const sorted = given.toSorted((a, b) => a - b)
        for (const each of [asked, ...sorted])
          expect(placeOf(sortedNumbers(sorted), each)).toBe(sorted.filter((other) => other < each).length)
      }),
    )
  })
})
