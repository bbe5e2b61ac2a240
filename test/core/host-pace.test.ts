import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Pace, paceFor, tightened, unpaced } from '../../core/host/pace.ts'

beforeEach(() => void vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => void vi.useRealTimers())

const open = (perSecond: number, concurrency: number): Pace => paceFor({ perSecond, concurrency }, () => Date.now())
/** Runs jobs that note when they started; each takes `takesMs`. */
const runAll = (pace: Pace, names: readonly string[], takesMs: number, priority?: number) => {
  const starts: [string, number][] = []
  const running = { now: 0, most: 0 }
  const job = (name: string) => async () => {
    starts.push([name, Date.now()])
    running.now += 1
    running.most = Math.max(running.most, running.now)
    await new Promise((resolve) => setTimeout(resolve, takesMs))
    running.now -= 1
    return name
  }
  const all = Promise.all(names.map((name) => pace.run(job(name), priority)))
  return { starts, running, all }
}
const names = (count: number) => Array.from({ length: count }, (_, index) => `j${index}`)

describe('the pace', () => {
  it('keeps the least time between two starts', async () => {
    const { starts, all } = runAll(open(10, 5), names(4), 0)
    await vi.advanceTimersByTimeAsync(1000)
    expect(await all).toEqual(names(4))
    const gaps = starts.slice(1).map(([, at], index) => at - (starts[index]?.[1] ?? 0))
    // The turn is given at the exact time; the job starts on the timer's next tick.
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(99)
  })

  it('keeps the bound on how many run at once', async () => {
    const { running, all } = runAll(open(1000, 3), names(9), 50)
    await vi.advanceTimersByTimeAsync(1000)
    await all
    expect(running.most).toBe(3)
  })

  it('lets the more urgent go first', async () => {
    const pace = open(10, 1)
    const order: string[] = []
    const note = (name: string) => async () => void order.push(name)
    const all = [...names(6).map((name) => pace.run(note(name), 9)), pace.run(note('erasure'), 0)]
    await vi.advanceTimersByTimeAsync(1000)
    await Promise.all(all)
    expect(order).toHaveLength(7)
    // The next turn may have been given out already.
    expect(order.indexOf('erasure')).toBeLessThanOrEqual(2)
  })

  it('passes a failure on and goes on', async () => {
    const pace = open(1000, 1)
    const failed = pace.run(async () => Promise.reject(new Error('no'))).catch(String)
    const done = pace.run(async () => 'yes')
    await vi.advanceTimersByTimeAsync(100)
    expect([await failed, await done]).toEqual(['Error: no', 'yes'])
  })

  it('starts nothing while it pauses, and what has waited afterwards', async () => {
    const pace = open(1000, 2)
    const end = Date.now() + 60_000
    pace.pauseUntil(end)
    const { starts, all } = runAll(pace, names(3), 0)
    await vi.advanceTimersByTimeAsync(59_000)
    expect(starts).toEqual([])
    expect([pace.waiting(), pace.pausedUntil()]).toEqual([3, end])
    await vi.advanceTimersByTimeAsync(2000)
    await all
    for (const [, at] of starts) expect(at).toBeGreaterThanOrEqual(end)
    expect([pace.waiting(), pace.pausedUntil()]).toEqual([0, null])
  })

  it('takes back turns that were given out before the pause', async () => {
    const pace = open(10, 3)
    const end = Date.now() + 60_000
    const throttled = pace.run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50))
      pace.pauseUntil(end)
    })
    const { starts, all } = runAll(pace, names(4), 0)
    await vi.advanceTimersByTimeAsync(59_000)
    expect(starts).toEqual([])
    await vi.advanceTimersByTimeAsync(3000)
    await Promise.all([throttled, all])
    expect(starts.map(([name]) => name).sort()).toEqual(names(4))
  })

  it('lets a later pause lengthen an earlier one, and never shorten it', async () => {
    const pace = open(1000, 1)
    const begin = Date.now()
    for (const seconds of [10, 30, 20]) pace.pauseUntil(begin + seconds * 1000)
    expect(pace.pausedUntil()).toBe(begin + 30_000)
    const { starts, all } = runAll(pace, ['only'], 0)
    await vi.advanceTimersByTimeAsync(31_000)
    await all
    expect(starts[0]?.[1]).toBeGreaterThanOrEqual(begin + 30_000)
  })

  it('knows pauses that are longer than a timer can be', async () => {
    const pace = open(1000, 1)
    const days = 86_400_000
    pace.pauseUntil(Date.now() + 40 * days)
    const { starts } = runAll(pace, ['only'], 0)
    await vi.advanceTimersByTimeAsync(39 * days)
    expect(starts).toEqual([])
    await vi.advanceTimersByTimeAsync(2 * days)
    expect(starts).toHaveLength(1)
  })

  it('takes no notice of a pause that is over', () => {
    const pace = open(1000, 1)
    pace.pauseUntil(Date.now() - 1)
    expect(pace.pausedUntil()).toBeNull()
  })

  it('turns away what waits when it stops', async () => {
    const pace = open(1000, 1)
    pace.pauseUntil(Date.now() + 60_000)
    const waiting = pace.run(async () => 'never').catch(() => 'turned away')
    await vi.advanceTimersByTimeAsync(10)
    pace.stop()
    await vi.advanceTimersByTimeAsync(10)
    expect(await waiting).toBe('turned away')
    expect(vi.getTimerCount()).toBe(0)
  })
})

it('without a lane, a job runs at once', async () => {
  unpaced.pauseUntil(Number.POSITIVE_INFINITY)
  expect(await unpaced.run(async () => 7)).toBe(7)
})

describe('limits', () => {
  const vendor = { batch: 100, concurrency: 5, perSecond: 10, timeoutMs: 9000 }
  it.each([
    [{}, vendor],
    [
      { batch: 10, concurrency: 1, perSecond: 0.5 },
      { batch: 10, concurrency: 1, perSecond: 0.5, timeoutMs: 9000 },
    ],
    [{ timeoutMs: 500 }, { ...vendor, timeoutMs: 500 }],
    [{ batch: 1000, concurrency: 50, perSecond: 100, timeoutMs: 10_000 }, vendor],
  ])('%j only tightens', (own, expected) => expect(tightened(vendor, own)).toEqual(expected))
})
