import { describe, expect, it } from 'vitest'
import { type Message, queueFor, type Verdict } from '../../core/sdk/queue.ts'

const away: Verdict = { retryAfterMs: null }

/** A queue on a clock that only the test moves; `verdicts` are the hub's answers in turn, and after them it is well. */
const queueInATest = (verdicts: readonly Verdict[] = []) => {
  const sent: Message[][] = []
  const waits: number[] = []
  const acts: (() => void)[] = []
  const queue = queueFor({
    send: async (batch) => {
      sent.push([...batch])
      return verdicts[sent.length - 1] ?? 'settled'
    },
    later: (act, ms) => {
      waits.push(ms)
      acts.push(act)
    },
    chance: () => 0,
  })
  /** Does what was put off, and whatever that puts off, at most `times` times. */
  const run = async (times = 100) => {
    for (let act = acts.shift(); act !== undefined && times > 0; act = --times > 0 ? acts.shift() : undefined) {
      act()
      await new Promise(setImmediate)
    }
  }
  const fill = (count: number) => {
    for (let number = 1; number <= count; number += 1) queue.add({ number })
  }
  return { queue, sent, waits, run, fill }
}
const numbers = (batches: readonly (readonly Message[])[]) => batches.flat().map((message) => message.number)
const upTo = (last: number, first = 1) => Array.from({ length: last - first + 1 }, (_, index) => first + index)

describe('the queue of the browser client', () => {
  it('gathers messages, and sends them in order, twenty at a time', async () => {
    const { fill, run, sent, waits } = queueInATest()
    fill(45)
    expect(waits).toEqual([300])
    await run()
    expect(sent.map((batch) => batch.length)).toEqual([20, 20, 5])
    expect(numbers(sent)).toEqual(upTo(45))
  })

  it('tries a batch again, later each time, until the hub has settled it', async () => {
    const { fill, run, sent, waits } = queueInATest([away, away, away])
    fill(1)
    await run()
    expect(waits).toEqual([300, 500, 1_000, 2_000])
    expect(numbers(sent)).toEqual([1, 1, 1, 1])
  })

  it('waits for no longer than a minute by itself, and for as long as the hub asks it to', async () => {
    const { fill, run, waits } = queueInATest([
      ...Array(9).fill(away),
      { retryAfterMs: 90_000 },
      { retryAfterMs: 1e12 },
    ])
    fill(1)
    await run()
    // What a timer cannot wait for would come at once.
    expect(waits.slice(-4)).toEqual([30_000, 30_000, 90_000, 2 ** 31 - 1])
  })

  it('drops the oldest beyond two hundred', async () => {
    const { fill, run, sent } = queueInATest()
    fill(250)
    await run()
    expect(numbers(sent)).toEqual(upTo(250, 51))
  })

  it('sends everything at once when the page is left, and nothing twice', async () => {
    const { queue, fill, run, sent } = queueInATest()
    fill(45)
    queue.leave()
    queue.leave()
    expect(sent.map((batch) => batch.length)).toEqual([20, 20, 5])
    await run()
    expect(numbers(sent)).toEqual(upTo(45))
  })

  it('tries again what the hub did not take when the page was left, if it stays', async () => {
    const { queue, fill, run, sent } = queueInATest([away, away])
    fill(25)
    queue.leave()
    await run()
    expect(numbers(sent)).toEqual([...upTo(25), ...upTo(25)])
  })

  it('does not lose what comes while a batch is under way', async () => {
    const { queue, fill, run, sent } = queueInATest([away])
    fill(1)
    await run(1)
    queue.add({ number: 2 })
    await run()
    expect(numbers(sent)).toEqual([1, 1, 2])
  })
})
