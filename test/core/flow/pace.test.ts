import { describe, expect, it } from 'vitest'
import { createPace } from '../../../core/flow/pace.ts'

const after = async (perOneMs: number, steps: number): Promise<number> => {
  let now = 0
  const pace = createPace(() => now, 8)
  for (let step = 0; step < steps; step++)
    await pace.measure(pace.size(), async () => {
      now += pace.size() * perOneMs
    })
  return pace.size()
}

describe('pace', () => {
  it.each([
    ['what is cheap is taken in large groups', 0.01, 100],
    ['what takes a millisecond in such as last as long as they should', 1, 8],
    ['what is dear in small ones', 100, 5],
  ] as const)('%s', async (_, perOneMs, size) => {
    expect(await after(perOneMs, 30)).toBe(size)
  })

  it('learns from what fails as well', async () => {
    let now = 0
    const pace = createPace(() => now, 8)
    const failing = pace.measure(20, async () => {
      now += 1_000
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(pace.size()).toBeLessThan(20)
  })
})
