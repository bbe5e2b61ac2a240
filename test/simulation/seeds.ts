import { describe, expect, it, vi } from 'vitest'
import { simulate } from './simulate.ts'
import { createSometimes, rareBranches } from './sometimes.ts'

const shown = 60

/** `LEITSTERN_SEED=123` runs that one, `LEITSTERN_SEEDS=1..4000` all of these; without, those that every change is held to. */
const chosen = (from: number, to: number): readonly [from: number, to: number] => {
  const one = process.env.LEITSTERN_SEED
  const range = one === undefined ? process.env.LEITSTERN_SEEDS : `${one}..${one}`
  const [first = from, last = to] = range?.split('..').map(Number) ?? []
  return [first, last]
}
const isAsked = process.env.LEITSTERN_SEED !== undefined || process.env.LEITSTERN_SEEDS !== undefined

/** Every `shards`-th seed: as many files run at the same time. A seed that fails is told with its log. */
export const describeSeeds = (shard: number, shards: number): void => {
  const [from, to] = chosen(1, 200)
  const seeds = Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(
    (seed) => seed % shards === shard,
  )
  const sometimes = createSometimes()

  describe(`a simulated hub, part ${shard + 1} of ${shards}`, () => {
    // The clock is the simulation's: timers never fire by themselves, or the machine's speed would decide what happens.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })

    it('holds what it promises in every seed', async () => {
      for (const seed of seeds) {
        const { log, violations } = await simulate(seed, sometimes)
        const told = [
          ...log.slice(-shown),
          ...violations,
          `again: LEITSTERN_SEED=${seed} npx vitest run test/simulation`,
        ]
        expect(violations.length, told.join('\n')).toBe(0)
      }
    }, 3_600_000)

    it.skipIf(isAsked)('comes upon every rare branch that it is for', () => {
      const counts = sometimes.counts()
      expect(rareBranches.filter((branch) => counts.get(branch) === 0)).toEqual([])
    })
  })
}
