import { z } from 'zod'

/** What the bench asks of a process that it measures. */
const question = z.object({ id: z.number(), ask: z.string(), input: z.unknown().optional() })

/** In the measured process: answers questions until it is told to close. */
export const answering = (
  answers: Readonly<Record<string, (input: unknown) => unknown>>,
  close: () => Promise<void> = async () => {},
): void => {
  const usage = () => {
    const { user, system } = process.cpuUsage()
    return { cpuUs: user + system, rssMb: process.memoryUsage().rss / 2 ** 20 }
  }
  // Whoever asks is gone: nobody would ever close this process.
  process.on('disconnect', () => process.exit())
  process.on('message', async (message) => {
    const { id, ask, input } = question.parse(message)
    if (ask === 'close') {
      await close()
      process.disconnect()
      return
    }
    process.send?.({ id, answer: ask === 'usage' ? usage() : await answers[ask]?.(input) })
  })
  process.send?.({ id: 0, answer: 'ready' })
}
