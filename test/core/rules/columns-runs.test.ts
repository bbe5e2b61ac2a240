import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createRuns } from '../../../core/rules/columns/runs.ts'

it('runs: each row keeps its own numbers, however often they were replaced, dropped and moved together', () => {
  const row = fc.integer({ min: 0, max: 30 })
  const put = fc.record({ row, put: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 60 }) })
  const drop = fc.record({ row, drop: fc.integer({ min: 0, max: 5 }) })
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 3, arbitrary: put }, drop), { maxLength: 300, size: 'max' }),
      (happenings) => {
        const runs = createRuns((length) => new Int32Array(length))
        const expected = new Map<number, readonly number[]>()
        for (const happening of happenings) {
          if ('put' in happening) runs.put(happening.row, happening.put)
          else runs.drop(happening.row, happening.drop)
          const before = expected.get(happening.row) ?? []
          expected.set(happening.row, 'put' in happening ? happening.put : before.slice(happening.drop))
        }
        for (const [each, numbers] of expected) {
          const start = runs.starts()[each] ?? 0
          expect([...runs.flat().subarray(start, start + (runs.lengths()[each] ?? 0))]).toEqual(numbers)
        }
        const held = [...expected.values()].flat().length
        expect(runs.flat().length).toBeLessThan(Math.max(held, 1024) * 8)
      },
    ),
    { numRuns: 200 },
  )
})
