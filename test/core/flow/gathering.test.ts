import { describe, expect, it } from 'vitest'
import { createGathering } from '../../../core/flow/gathering.ts'
import { createWriter } from '../../../core/flow/writer.ts'

const opened = (most: number) => {
  const jobs: (readonly number[])[] = []
  const take = createGathering(createWriter(), { lane: 'front', most }, async (items: readonly number[]) => {
    jobs.push(items)
    if (items.includes(13)) throw new Error('thirteen')
    return items.length
  })
  return { jobs, take }
}

describe('gathering', () => {
  it('gives what waits together to one job, and no more than fits', async () => {
    const { jobs, take } = opened(3)
    const answers = await Promise.all([1, 2, 3, 4, 5].map(take))
    expect(jobs.flat()).toEqual([1, 2, 3, 4, 5])
    expect(Math.max(...answers)).toBe(3)
    expect(jobs.length).toBeLessThan(5)
  })

  it('what makes a job fail fails alone', async () => {
    const { take } = opened(10)
    const settled = await Promise.allSettled([1, 2, 13, 4].map(take))
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
  })
})
