import { z } from 'zod'
import { createProfiling } from './profiling.ts'

/** What the bench asks of a process that it measures. */
const question = z.object({ id: z.number(), ask: z.string(), input: z.unknown().optional() })

const profiling = createProfiling(process.env.BENCH_PROCESS ?? 'process')
const spentUntilNow = (): number => {
  const { user, system } = process.cpuUsage()
  return user + system
}
/** CPU microseconds that this process spends on some work. */
export const spending = async (work: () => Promise<unknown>): Promise<number> => {
  const before = spentUntilNow()
  profiling.begin()
  await work()
  const spent = spentUntilNow() - before
  profiling.end()
  return spent
}

type Answers = Readonly<Record<string, (input: unknown) => unknown>>

/** In the measured process: answers questions until it is told to close. */
export const answering = (answers: Answers, close: () => Promise<void> = async () => {}): void => {
  const usage = () => ({ cpuUs: spentUntilNow(), rssMb: process.memoryUsage().rss / 2 ** 20 })
  const every: Answers = { ...answers, usage, ...profiling }
  // Whoever asks is gone: nobody would ever close this process.
  process.on('disconnect', () => process.exit())
  process.on('message', async (message) => {
    const { id, ask, input } = question.parse(message)
    if (ask === 'close') {
      await close()
      process.disconnect()
      return
    }
    const answer = every[ask]
    process.send?.({ id, answer: await answer?.(input) })
  })
  process.send?.({ id: 0, answer: 'ready' })
}
