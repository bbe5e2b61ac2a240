import { describe, expect, it } from 'vitest'
import { traitPaths } from '../../../core/profile/trait-paths.ts'
import { condition } from '../../../core/rules/condition.ts'
import { needsShared, shared } from '../profile/shared.ts'
import { customer, hour, programOf } from './given.ts'
import { type GrowthBookCase, growthBookCases, type Reason, reasons, sayCase } from './growthbook.ts'

/** What comes out otherwise on purpose, by the case's name. */
const otherwise: Readonly<Record<string, string>> = {
  'missing attribute with comparison operators':
    'a missing value makes every operator false, it is not compared as zero',
  'comparing numbers and strings': 'a text is never compared with a number',
  'comparing numbers and strings - v2': 'a text is never compared with a number',
}
/** How many cases cannot be said, and why. */
const counts: readonly (readonly [Reason, number])[] = [
  ['version', 90],
  ['case', 23],
  ['type', 12],
  ['size', 9],
  ['whole', 9],
  ['pattern', 8],
  ['nothing', 5],
  ['elements', 3],
  ['operand', 3],
]
const unsaid = counts.map(([reason, count]) => ({ reason, count, because: reasons[reason] }))
const total = 248
const said = 86

const cases = shared === undefined ? [] : growthBookCases()
const sayings = cases.map((each) => ({ each, saying: sayCase(each) }))
const sayable = sayings.flatMap(({ each, saying }) => ('when' in saying ? [{ ...each, when: saying.when }] : []))
const program = programOf()
const verdict = ({ when, attributes }: GrowthBookCase & { readonly when: unknown }): boolean =>
  program.holds(when, customer({ traits: Object.fromEntries(traitPaths(attributes)) }), hour).holds

describe.skipIf(shared === undefined)(`the condition cases of GrowthBook${needsShared}`, () => {
  it(`growthbook: ${said} of ${total} cases can be said`, () => {
    expect(cases).toHaveLength(total)
    expect(sayable).toHaveLength(said)
  })

  it.each(unsaid)('growthbook: $count cases cannot be said: $because', ({ reason, count }) => {
    expect(sayings.filter(({ saying }) => 'reason' in saying && saying.reason === reason)).toHaveLength(count)
  })

  it('growthbook: no case is dropped', () => {
    expect(unsaid.reduce((sum, { count }) => sum + count, said)).toBe(total)
  })

  it.each(sayable.filter(({ name }) => !(name in otherwise)))('growthbook: $name is $holds', (each) => {
    expect(verdict(each)).toBe(each.holds)
  })

  it.each(sayable.filter(({ name }) => name in otherwise))('growthbook: $name comes out otherwise', (each) => {
    expect(verdict(each)).toBe(!each.holds)
  })

  it('growthbook: every case that comes out otherwise is still among them', () => {
    const names = new Set(sayable.map(({ name }) => name))
    expect(Object.keys(otherwise).filter((name) => !names.has(name))).toEqual([])
  })
})

describe('what GrowthBook takes and the hub refuses', () => {
  it.each([
    { name: 'a list that is none', when: { trait: 'num', in: 1 } },
    { name: 'an operator that nobody knows', when: { trait: 'name', matches: 'hello' } },
    { name: 'an empty list of values', when: { trait: 'id', in: [] } },
    { name: 'an empty list of conditions', when: { all: [] } },
    { name: 'nothing at all', when: {} },
  ])('condition: $name is refused when the rule is written', ({ when }) => {
    expect(condition.safeParse(when).success).toBe(false)
  })
})
