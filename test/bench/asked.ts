import { z } from 'zod'
import { createProfiling } from './profiling.ts'

/** What the bench asks of a process that it measures. */
const question = z.object({ id: z.number(), ask: z.string(), input: z.unknown().optional() })

type Answers = Readonly<Record<string, (input: unknown) => unknown>>

/** In the measured process: answers questions until it is told to close. */
export const answering = (answers: Answers, close: () => Promise<void> = async () => {}): void => {
  const usage = () => {
    const { user, system } = process.cpuUsage()
    return { cpuUs: user + system, rssMb: process.memoryUsage().rss / 2 ** 20 }
  }
  const profiling = createProfiling(process.env.BENCH_PROCESS ?? 'process')
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
