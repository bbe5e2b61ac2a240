import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Condition } from '../../../core/rules/condition.ts'
import { anyCustomer, hours, start, written } from './arbitrary.ts'
import { customer, type GivenProfile, hour, programOf } from './given.ts'
import { type Reference, refers } from './reference.ts'

const timezone = 'Europe/Berlin'
type Written = Readonly<Record<'first' | 'second' | 'when', Condition>>

/** Both evaluators of one condition over one customer. */
const bothOf = ({ first, second, when }: Written, given: GivenProfile) => {
  const segments = new Map([
    ['first', first],
    ['second', second],
  ])
  const program = programOf({ segments: [...segments].map(([key, each]) => ({ key, when: each })) }, timezone)
  const profile = customer(given)
  const reference = (at: number): Reference => ({ profile, at, timezone, segments })
  return {
    compiled: (at: number) => program.holds(when, profile, at),
    defined: (at: number) => refers(when, reference(at)),
    evaluate: (at: number) => program.evaluate(profile, at),
    segmentsBy: (at: number) => [...segments].flatMap(([key, each]) => (refers(each, reference(at)) ? [key] : [])),
  }
}

describe('exactness', () => {
  it('exactness: what is compiled says what the definition says', () => {
    const instant = fc.integer({ min: 0, max: hours * 60 }).map((minute) => start + minute * 60_000)
    fc.assert(
      fc.property(written, anyCustomer, instant, (conditions, given, at) => {
        const { compiled, defined } = bothOf(conditions, given)
        expect(compiled(at).holds).toBe(defined(at))
      }),
      { numRuns: 500 },
    )
  })

  it('exactness: an answer holds until its time, and stepping from one to the next misses nothing', () => {
    const end = start + hours * hour
    fc.assert(
      fc.property(written, anyCustomer, (conditions, given) => {
        const { compiled, defined } = bothOf(conditions, given)
        for (let at = start; at < end; ) {
          const { holds, until } = compiled(at)
          expect(until).toBeGreaterThan(at)
          const next = Math.min(until, end)
          for (let tick = at; tick < next; tick += hour) expect(defined(tick)).toBe(holds)
          expect(defined(next - 1)).toBe(holds)
          at = next
        }
      }),
      { numRuns: 60 },
    )
  })

  it('exactness: segments, asked together, are those of the definition until the least of their times', () => {
    fc.assert(
      fc.property(written, anyCustomer, (conditions, given) => {
        const { evaluate, segmentsBy } = bothOf(conditions, given)
        const evaluation = evaluate(start)
        const segments = evaluation.segments()
        const end = Math.min(evaluation.until(), start + hours * hour)
        for (let tick = start; tick < end; tick += 6 * hour) expect(segmentsBy(tick)).toEqual(segments)
        expect(segmentsBy(end - 1)).toEqual(segments)
      }),
      { numRuns: 150 },
    )
  })
})
