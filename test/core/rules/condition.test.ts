import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { condition } from '../../../core/rules/condition.ts'

const faults = (when: unknown) =>
  condition.safeParse(when).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []
const nested = (levels: number): unknown => {
  let when: unknown = { trait: 'age', gt: 1 }
  for (let level = 1; level < levels; level++) when = { not: when }
  return when
}
const listed = (parts: number): unknown => ({ all: Array.from({ length: parts - 1 }, () => ({ segment: 's' })) })

describe('condition', () => {
  it.each<{ when: unknown; fault: RegExp }>([
    { when: 3, fault: /^: a condition is a map, such as/ },
    { when: undefined, fault: /^: a condition is a map, such as/ },
    { when: {}, fault: /^: found nothing, allowed here: all, any, not, segment/ },
    { when: { all: [{ any: [{ trat: 'age', gt: 1 }] }] }, fault: /^all\.0\.any\.0: found trat, allowed here: .*trait/ },
    { when: { trait: 'age' }, fault: /^: states one of is, isNot/ },
    { when: { trait: 'age', is: 1, gtt: 2 }, fault: /^gtt: unknown key "gtt", allowed here: trait, is,/ },
    { when: { trait: 'age', withinlast: '3d' }, fault: /^withinlast: unknown key/ },
    { when: { trait: 'age', is: { a: 1 } }, fault: /^is: a text, a number, true or false/ },
    { when: { trait: 'age', in: [] }, fault: /^in: lists at least one value/ },
    { when: { all: [] }, fault: /^all: lists at least one condition/ },
    { when: { not: null }, fault: /^not: a condition is a map/ },
    { when: { all: [{ segment: 's' }], any: [] }, fault: /^any: unknown key "any", allowed here: all/ },
    { when: { trait: 'endsAt', before: 'tomorrow' }, fault: /^before: a date such as/ },
    { when: { trait: 'endsAt', after: '2026-11-21T12:00:00' }, fault: /^after: a date such as/ },
    { when: { trait: 'endsAt', withinLast: '3 days' }, fault: /^withinLast: a duration such as/ },
    { when: { event: 'E', count: {} }, fault: /^count: states one of is, gte/ },
    { when: { event: 'E', count: { more: 1 } }, fault: /^count\.more: unknown key "more", allowed here: is, gte/ },
    { when: { event: 'E', where: { trait: 'age', is: 1 } }, fault: /^where: found trait, allowed here: .*property/ },
    { when: { property: 'p', is: 1 }, fault: /^: found property, allowed here: all/ },
    {
      when: { event: 'E', where: { property: 'a', some: { property: 'b', some: { property: 'c', is: 1 } } } },
      fault: /^where\.some\.some: unknown key "some"/,
    },
    { when: { trait: 'a.__proto__.b', is: 1 }, fault: /^trait: a path without __proto__/ },
    { when: { context: 'constructor', is: 1 }, fault: /^context: a path without/ },
    { when: JSON.parse('{ "__proto__": { "trait": "age", "is": 1 } }'), fault: /^: found __proto__/ },
    { when: JSON.parse('{ "trait": "age", "is": 1, "__proto__": {} }'), fault: /^__proto__: unknown key/ },
    { when: nested(21), fault: /: conditions nest at most 20 deep/ },
    { when: nested(50_000), fault: /: conditions nest at most 20 deep/ },
    { when: listed(501), fault: /^: a condition has at most 500 parts/ },
    { when: listed(500_000), fault: /^: a condition has at most 500 parts/ },
  ])('condition: one message says what is wrong, $fault', ({ when, fault }) => {
    expect(faults(when)).toEqual([expect.stringMatching(fault)])
  })

  it('condition: several faults are told at once, each at its path', () => {
    const when = { any: [{ trait: 'age', gtt: 1 }, { event: 'E', where: { property: 'p', is: null } }, { segment: 3 }] }
    expect(faults(when).map((fault) => fault.split(':')[0])).toEqual(['any.0.gtt', 'any.2.segment', 'any.1.where.is'])
  })

  it.each([
    { trait: 'age', gt: 1, lt: 9 },
    { event: 'E', where: { property: 'products', some: { all: [{ property: 'sku', is: 'A' }] } }, count: { is: 0 } },
    { not: { any: [{ consent: 'email' }, { context: 'device', is: 'mobile' }] } },
    { trait: 'endsAt', between: ['2026-01-01', '2026-12-31'] },
    nested(20),
    listed(500),
  ])('condition: a sound one stays as it is', (when) => {
    expect(condition.parse(when)).toEqual(when)
  })

  it('condition: the JSON Schema for editors names every kind and every operator', () => {
    const { $defs = {} } = z.toJSONSchema(z.strictObject({ when: condition }), { io: 'input' })
    expect(Object.keys($defs)).toEqual(['Condition', 'PropertyCondition', 'ElementCondition'])
    const text = JSON.stringify($defs.Condition)
    for (const key of ['all', 'segment', 'consent', 'trait', 'context', 'event', 'withinNext'])
      expect(text).toContain(`"${key}"`)
  })
})
