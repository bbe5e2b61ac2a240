import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Profile } from '../../../core/profile/profile.ts'
import { profileSettings } from '../../../core/profile/settings.ts'
import { type Asked, type Columns, type ColumnsOptions, createColumns } from '../../../core/rules/columns/columns.ts'
import { subjectsOf } from '../../../core/rules/columns/reading.ts'
import { compile } from '../../../core/rules/compile.ts'
import { condition } from '../../../core/rules/condition.ts'
import type { Program } from '../../../core/rules/program.ts'
import { registry } from '../../../core/rules/registry.ts'
import { anyCustomer, start, written } from './arbitrary.ts'
import { customer, day, type GivenProfile, hour, programOf, settings } from './given.ts'

const timezone = 'Europe/Berlin'
const named = (id: string, given: GivenProfile): Profile => ({ ...customer(given), id })
const nobody = new Map()

const opened = (asked: Asked, more: Partial<ColumnsOptions> = {}): Columns => {
  const columns = createColumns({ settings, timezone, ...more })
  columns.open(subjectsOf([asked.when], asked.segments))
  columns.fill()
  return columns
}
/** Whom the compiled evaluator finds, one after the other. */
const foundBy = ({ holds }: Program, when: unknown, people: ReadonlyMap<string, Profile>, at: number) =>
  [...people.values()].flatMap((profile) => (holds(when, profile, at).holds ? profile.id : [])).sort()
/** Puts those again whose future was not followed so far, as whoever counts does. */
const catchUp = (columns: Columns, people: ReadonlyMap<string, Profile>, at: number): void => {
  for (const id of columns.outrun(at)) {
    const profile = people.get(id)
    if (profile !== undefined) columns.put(profile, at)
  }
}

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
const happening = fc.oneof(
  { weight: 3, arbitrary: fc.record({ id, given: anyCustomer }) },
  fc.record({ id, given: fc.constant(null) }),
)
const beginning = fc.array(fc.record({ id, given: anyCustomer }), { minLength: 4, maxLength: 10 })
/** Everything changes on whole hours: just before, at and after them are the instants to ask at. */
const pauses = fc.array(fc.constantFrom(0, 1, hour - 1, hour, 3 * hour, 7 * hour + 1, 20 * hour), {
  minLength: 1,
  maxLength: 5,
})
const step = fc.record({ happenings: fc.array(happening, { maxLength: 3 }), pauses })
const runs = Number(process.env.LEITSTERN_RUNS ?? 200)

describe('columns', () => {
  it('columns: find whom the compiled evaluator finds, as time passes and customers come, change and go', () => {
    const history = fc.record({ beginning, steps: fc.array(step, { minLength: 1, maxLength: 4 }) })
    fc.assert(
      fc.property(
        written,
        history,
        fc.constantFrom(1, 3, 32),
        ({ first, second, when }, { beginning, steps }, foresight) => {
          const segments = new Map([
            ['first', first],
            ['second', second],
          ])
          const program = programOf({ segments: [...segments].map(([key, each]) => ({ key, when: each })) }, timezone)
          const columns = opened({ when: { any: [first, second, when] }, segments }, { foresight })
          const people = new Map<string, Profile>()
          let at = start - 48 * hour
          for (const { happenings, pauses } of [{ happenings: beginning, pauses: [] }, ...steps]) {
            for (const { id, given } of happenings) {
              if (given === null) columns.remove(id)
              else columns.put(named(id, given), at)
              if (given === null) people.delete(id)
              else people.set(id, named(id, given))
            }
            expect(columns.size()).toBe(people.size)
            for (const pause of [0, ...pauses]) {
              at += pause
              catchUp(columns, people, at)
              for (const asked of [first, second, when]) {
                const members = columns.members({ when: asked, segments }, at)
                expect([...members].sort()).toEqual(foundBy(program, asked, people, at))
                expect(columns.count({ when: asked, segments }, at)).toBe(members.length)
              }
            }
          }
        },
      ),
      { numRuns: runs },
    )
  })
})

describe('columns', () => {
  const ids = (columns: Columns, when: unknown, at = start) =>
    columns.members({ when: condition.parse(when), segments: nobody }, at)
  const withAll = (conditions: readonly unknown[], people: readonly Profile[], more: Partial<ColumnsOptions> = {}) => {
    const when = condition.parse({ any: conditions })
    const columns = opened({ when, segments: nobody }, more)
    for (const profile of people) columns.put(profile, start)
    return columns
  }

  it('columns: a whole number is told from the next one, and a number from the very next', () => {
    const next = 2 + 2 * Number.EPSILON
    const people = [1, 2, next, 3].map((age) => named(String(age), { traits: { age } }))
    const columns = withAll([{ trait: 'age', exists: true }], people)
    expect(ids(columns, { trait: 'age', is: 2 })).toEqual(['2'])
    expect(ids(columns, { trait: 'age', gt: 2 })).toEqual([String(next), '3'])
    expect(ids(columns, { trait: 'age', in: [1, 3] })).toEqual(['1', '3'])
    expect(ids(columns, { trait: 'age', notIn: [1, 3], isNot: next })).toEqual(['2'])
  })

  it('columns: an instant is told from the millisecond beside it', () => {
    const before = { trait: 'subscription.endsAt', before: '2026-11-01' }
    const midnight = Date.parse('2026-10-31T23:00:00Z')
    const people = [midnight - 1, midnight, midnight + day - 1, midnight + day].map((at) =>
      named(String(at - midnight), { traits: { 'subscription.endsAt': new Date(at).toISOString() } }),
    )
    const columns = withAll([before], people)
    expect(ids(columns, before)).toEqual(['-1'])
    expect(ids(columns, { trait: 'subscription.endsAt', is: '2026-11-01' })).toEqual(['0', String(day - 1)])
    expect(ids(columns, { trait: 'subscription.endsAt', withinNext: '1s' }, midnight - 1)).toEqual(['0'])
  })

  const listed = profileSettings.parse({
    identifiers: { userId: { limit: 1 } },
    traits: { tags: { type: 'list' }, seen: { type: 'string', strategy: 'set_union' } },
  })
  it.each([
    { when: { trait: 'tags', contains: 'blue' }, found: ['both', 'blue'] },
    { when: { trait: 'tags', contains: 'blu' }, found: [] },
    { when: { trait: 'tags', exists: false }, found: ['empty', 'none'] },
    { when: { not: { trait: 'tags', is: 'blue' } }, found: ['empty', 'none', 'number', 'red'] },
    { when: { trait: 'seen', contains: 'blu' }, found: ['both', 'blue'] },
    { when: { trait: 'seen', startsWith: 'r' }, found: ['both', 'red'] },
    { when: { trait: 'tags', is: 7 }, found: ['number'] },
  ])('columns: $when finds $found, and so does the compiled evaluator', ({ when, found }) => {
    const lists = { both: ['red', 'blue'], red: ['red'], blue: ['blue'], number: [7], empty: [], none: undefined }
    const people = Object.entries(lists).map(([id, list]) =>
      named(id, { traits: list === undefined ? {} : { tags: list, seen: list } }),
    )
    const program = compile({
      registry: registry.parse({}),
      settings: listed,
      timezone,
      locales: ['en'],
      revision: 'r',
    })
    const columns = withAll([when], people, { settings: listed })
    expect([...ids(columns, when)].sort()).toEqual(found.toSorted())
    expect(foundBy(program, when, new Map(people.map((one) => [one.id, one])), start)).toEqual(found.toSorted())
  })

  it('columns: what only a request can say counts as satisfied, under `not` too', () => {
    const context = { context: 'device', is: 'mobile' }
    const columns = withAll([{ trait: 'age', exists: true }], [named('a', { traits: { age: 1 } })])
    expect(ids(columns, { all: [context, { trait: 'age', is: 1 }] })).toEqual(['a'])
    expect(ids(columns, { not: context })).toEqual(['a'])
  })

  it('columns: segments that are named twice are right over many blocks of rows', () => {
    const segments = new Map([['grown', condition.parse({ trait: 'age', gte: 18 })]])
    const when = condition.parse({
      any: [{ all: [{ segment: 'grown' }, { trait: 'vip', is: true }] }, { not: { segment: 'grown' } }],
    })
    const columns = opened({ when, segments })
    const ages = Array.from({ length: 40_000 }, (_, index) => (index * 7) % 100)
    for (const [index, age] of ages.entries())
      columns.put(named(`p${index}`, { traits: { age, vip: index % 3 === 0 } }), start)
    const expected = ages.filter((age, index) => (age >= 18 && index % 3 === 0) || age < 18).length
    expect(columns.count({ when, segments }, start)).toBe(expected)
  })

  it('columns: who comes and goes, and what they were called, leaves no memory behind', () => {
    const asked = [
      { trait: 'firstName', exists: true },
      { trait: 'tags', exists: true },
      { event: 'Page Viewed', withinLast: '1h' },
      { trait: 'favourite', exists: true },
    ]
    const columns = withAll(asked, [])
    const visit = (round: number) => {
      for (let index = 0; index < 100; index++) {
        const traits = { firstName: `name ${round} ${index}`, tags: [`tag ${round} ${index}`, 'x'] }
        const events = [1, 2, 3].flatMap((late) => [
          { event: 'Page Viewed', at: start + late * hour },
          {
            event: 'Order Completed',
            at: start + late * hour,
            properties: { 'products[].category': [`${late} ${round} ${index}`] },
          },
        ])
        columns.put(named(`p${round}-${index}`, { traits, events }), start)
      }
      const bytes = columns.bytes()
      for (let index = 0; index < 100; index++) columns.remove(`p${round}-${index}`)
      return bytes
    }
    const first = visit(0)
    const later = Array.from({ length: 50 }, (_, round) => visit(round + 1))
    expect(Math.max(...later)).toBeLessThan(first * 4)
    expect(columns.size()).toBe(0)
    expect(ids(columns, { not: { trait: 'firstName', is: 'nobody' } })).toEqual([])
  })

  it('columns: nothing is counted before its column is filled', () => {
    const when = condition.parse({ trait: 'age', is: 1 })
    const columns = createColumns({ settings, timezone })
    columns.open(subjectsOf([when], nobody))
    expect(columns.lacks({ when, segments: nobody })).toBe(true)
    expect(() => columns.count({ when, segments: nobody }, start)).toThrow(/not filled yet/)
    columns.fill()
    expect(columns.lacks({ when, segments: nobody })).toBe(false)
    expect(columns.count({ when, segments: nobody }, start)).toBe(0)
  })
})
