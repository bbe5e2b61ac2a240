import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const reply = z.object({ id: z.number(), answer: z.unknown().optional() })
const usage = z.object({ cpuUs: z.number(), rssMb: z.number() })

/** A process of its own whose CPU time is measured. With LEITSTERN_BENCH_PROFILE it leaves CPU profiles in that folder. */
export interface Measured {
  readonly ask: (what: string, input?: unknown) => Promise<unknown>
  readonly usage: () => Promise<z.output<typeof usage>>
  /** CPU microseconds that it spends while this is done, for each of `count` units. */
  readonly cost: (count: number, work: () => Promise<unknown>) => Promise<number>
  readonly close: () => Promise<void>
}

/** Starts `<name>.process` beside this file and waits until it is ready. */
export const measured = async (name: string, env: Readonly<Record<string, string>> = {}): Promise<Measured> => {
  const own = import.meta.url
  const file = fileURLToPath(new URL(`./${name}.process${own.slice(own.lastIndexOf('.'))}`, own))
  const child = fork(file, {
    execArgv: ['--max-semi-space-size=32'],
    env: { ...process.env, BENCH_PROCESS: name, ...env },
  })
  const waiting = new Map<number, (answer: unknown) => void>()
  let asked = 0
  const answered = (id: number) => new Promise<unknown>((resolve) => waiting.set(id, resolve))
  child.on('message', (message) => {
    const { id, answer } = reply.parse(message)
    waiting.get(id)?.(answer)
    waiting.delete(id)
  })
  const ended = once(child, 'exit')
  const lost = ended.then(([code]) => {
    throw new Error(`measuring ${name}: the process ended with ${code}`)
  })
  lost.catch(() => undefined)
  await Promise.race([answered(0), lost])
  const ask = (what: string, input?: unknown): Promise<unknown> => {
    const id = ++asked
    const answer = answered(id)
    child.send({ id, ask: what, input })
    return Promise.race([answer, lost])
  }
  const current = async () => usage.parse(await ask('usage'))
  return {
    ask,
    usage: current,
    cost: async (count, work) => {
      const before = await current()
      await ask('begin')
      await work()
      const after = await current()
      await ask('end')
      return (after.cpuUs - before.cpuUs) / count
    },
    close: async () => {
      child.send({ id: 0, ask: 'close' })
      await ended
    },
  }
}
