import { describe, expect, it, vi } from 'vitest'
import { simulate } from './simulate.ts'
import { createSometimes } from './sometimes.ts'

describe('a simulation', () => {
  it('is determined by its seed: the same one twice is the same life', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    for (const seed of [3, 4, 7]) {
      const [first, second] = [createSometimes(), createSometimes()]
      const once = await simulate(seed, first)
      expect(await simulate(seed, second)).toEqual(once)
      expect(second.counts()).toEqual(first.counts())
      expect(once.log.length).toBeGreaterThan(50)
    }
  }, 60_000)
})
