import { describe, expect, it } from 'vitest'
import { createPassage } from '../../../core/flow/passage.ts'

/** A job that ends when it is told to. */
const jobs = () => {
  const log: string[] = []
  const job = (name: string) => {
    let end = () => {}
    const ended = new Promise<void>((resolve) => {
      end = resolve
    })
    const run = async () => {
      log.push(`${name} begins`)
      await ended
      log.push(`${name} ends`)
      return name
    }
    return { run, end }
  }
  return { log, job }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('passage', () => {
  it('lets many through at once, and waits for all of them before one is alone', async () => {
    const passage = createPassage()
    const { log, job } = jobs()
    const [a, b, alone, late] = [job('a'), job('b'), job('alone'), job('late')]
    const all = [passage.through(a.run), passage.through(b.run), passage.alone(alone.run), passage.through(late.run)]
    await turn()
    expect(log).toEqual(['a begins', 'b begins'])
    b.end()
    await turn()
    expect(log.at(-1)).toBe('b ends')
    a.end()
    await turn()
    expect(log.at(-1)).toBe('alone begins')
    alone.end()
    late.end()
    expect(await Promise.all(all)).toEqual(['a', 'b', 'alone', 'late'])
    expect(log.slice(-4)).toEqual(['alone begins', 'alone ends', 'late begins', 'late ends'])
  })

  it('two who want to be alone are alone one after the other', async () => {
    const passage = createPassage()
    const { log, job } = jobs()
    const [a, b] = [job('a'), job('b')]
    const both = [passage.alone(a.run), passage.alone(b.run)]
    b.end()
    await turn()
    expect(log).toEqual(['a begins'])
    a.end()
    await Promise.all(both)
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('is free again after a job that failed', async () => {
    const passage = createPassage()
    const fails = () => Promise.reject(new Error('no'))
    await expect(passage.alone(fails)).rejects.toThrow('no')
    await expect(passage.through(fails)).rejects.toThrow('no')
    expect(await passage.alone(async () => 'yes')).toBe('yes')
  })
})
