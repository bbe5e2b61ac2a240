import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Pace, paceFor, unpaced } from '../../core/host/pace.ts'
import { tightened } from '../../core/host/tightened.ts'

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
  const all = Promise.all(names.map((name) => pace.run(job(name), { priority })))
  return { starts, running, all }
}
const names = (count: number) => Array.from({ length: count }, (_, index) => `j${index}`)

describe('the pace', () => {
  it.each([1, 2, 10, 50, 100])('uses a rate of %d a second, and never more in any second', async (perSecond) => {
    const count = perSecond * 30
    const { starts, all } = runAll(open(perSecond, 50), names(count), 0)
    await vi.advanceTimersByTimeAsync(32_000)
    expect(await all).toEqual(names(count))
    const times = starts.map(([, at]) => at)
    for (const at of times)
      expect(times.filter((other) => other >= at && other < at + 1000).length).toBeLessThanOrEqual(perSecond)
    expect(count / (((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000)).toBeGreaterThanOrEqual(0.95 * perSecond)
  })

  it('lets a burst through after a rest, where the vendor allows one', async () => {
    const pace = paceFor({ perSecond: 2, burst: 5, concurrency: 50 }, () => Date.now())
    const { starts, all } = runAll(pace, names(9), 0)
    await vi.advanceTimersByTimeAsync(20)
    expect(starts).toHaveLength(5)
    await vi.advanceTimersByTimeAsync(5000)
    await all
  })

  it('counts a rate in points where calls state their cost, and lets nobody overtake a dear one', async () => {
    const pace = paceFor({ perSecond: 10, burst: 100, concurrency: 50 }, () => Date.now())
    const order: string[] = []
    const note = (name: string) => async () => void order.push(name)
    const all = [
      pace.run(note('first'), { cost: 90 }),
      pace.run(note('dear'), { cost: 90 }),
      ...names(5).map((name) => pace.run(note(name), { cost: 1 })),
    ]
    await vi.advanceTimersByTimeAsync(7000)
    expect(order).toEqual(['first'])
    await vi.advanceTimersByTimeAsync(3000)
    await Promise.all(all)
    expect(order).toEqual(['first', 'dear', ...names(5)])
  })

  it('keeps the narrower rate of an operation, and holds nobody else back for it', async () => {
    const routes = [{ method: 'POST', paths: ['/search/*'], perSecond: 1 }] as const
    const pace = paceFor({ perSecond: 1000, concurrency: 50, routes }, () => Date.now())
    const order: string[] = []
    const note = (name: string) => async () => void order.push(name)
    const search = { method: 'POST', path: '/search/contacts' }
    const all = [
      ...names(3).map((name) => pace.run(note(name), { operation: search })),
      pace.run(note('get'), { operation: { ...search, method: 'GET' } }),
    ]
    await vi.advanceTimersByTimeAsync(500)
    expect(order).toEqual(['j0', 'get'])
    await vi.advanceTimersByTimeAsync(2000)
    await Promise.all(all)
    expect(order).toEqual(['j0', 'get', 'j1', 'j2'])
  })

  it('spends no more than a budget in any day', async () => {
    const pace = paceFor({ perSecond: 100, perDay: 50, concurrency: 50 }, () => Date.now())
    const { starts, all } = runAll(pace, names(60), 0)
    await vi.advanceTimersByTimeAsync(23 * 3_600_000)
    expect(starts).toHaveLength(50)
    await vi.advanceTimersByTimeAsync(2 * 3_600_000)
    await all
    expect(starts).toHaveLength(60)
  })

  it('halves its rate when it is throttled, once for a second, and comes back step by step', async () => {
    const pace = open(10, 50)
    const within = async (ms: number) => {
      const { starts, all } = runAll(pace, names(200), 0)
      all.catch(() => {})
      await vi.advanceTimersByTimeAsync(ms)
      return starts.length
    }
    for (let times = 0; times < 3; times++) pace.slow(null)
    expect(await within(10_000)).toBeLessThanOrEqual(51)
    for (let seconds = 0; seconds < 10; seconds++) {
      pace.ease()
      await vi.advanceTimersByTimeAsync(1000)
    }
    expect(pace.waiting()).toBeLessThanOrEqual(200 - 51 - 70)
    pace.stop()
  })

  it('a throttled operation with a rate of its own slows nothing else', async () => {
    const routes = [{ paths: ['/search'], perSecond: 100 }]
    const pace = paceFor({ perSecond: 100, concurrency: 50, routes }, () => Date.now())
    const search = { method: 'POST', path: '/search' }
    pace.slow(Date.now() + 60_000, search)
    const found = pace.run(async () => 'found', { operation: search })
    const other = pace.run(async () => 'other', { operation: { method: 'GET', path: '/account' } })
    await vi.advanceTimersByTimeAsync(1000)
    expect(await other).toBe('other')
    expect(pace.waiting()).toBe(1)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await found).toBe('found')
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
    const all = [
      ...names(6).map((name) => pace.run(note(name), { priority: 9 })),
      pace.run(note('erasure'), { priority: 0 }),
    ]
    await vi.advanceTimersByTimeAsync(1000)
    await Promise.all(all)
    expect(order).toHaveLength(7)
    // The first turn was given out before it came.
    expect(order.indexOf('erasure')).toBe(1)
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
