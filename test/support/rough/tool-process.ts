import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type Asked, ask } from '../ask.ts'
import { toolAt } from '../tool.ts'
import { type RawWebhook, rawWebhook } from './control.ts'
import type { Wish } from './fault.ts'
import { type Served, served } from './ledger.ts'
import { told } from './told.ts'

const program = fileURLToPath(new URL('./serve.ts', import.meta.url))

/** A rough tool wherever it is served, as its tester meets it. */
const roughAt = (url: string) => {
  const control = async (path: string, asked?: Asked) => {
    const { status, text, body } = await ask(`${url}/__rough${path}`, asked)
    if (status >= 300) throw new Error(`controlling a tool, ${path}: it answered ${status} ${text}`)
    return body
  }
  const put = (path: string, json: unknown) => control(path, { method: 'PUT', json })
  return {
    ...toolAt(`${url}/__sandbox`),
    /** From now on it goes wrong by these rules; none: it works. */
    goesWrong: (seed: number, ...rules: readonly Wish[]) => put('/script', { seed, rules }),
    works: () => put('/script', { seed: 0, rules: [] }),
    served: async (after = 0): Promise<readonly Served[]> =>
      z.array(served).parse(await control(`/served?after=${after}`)),
    snapshot: () => control('/state'),
    /** Puts the account back to an earlier state. */
    restore: (state: unknown) => put('/state', state),
    /** Another account, empty, is there in its place. */
    swap: (account: string) => put('/account', { account }),
    /** The webhook that it would send, signed. */
    webhook: async (email: string, at: number): Promise<RawWebhook> =>
      rawWebhook.parse(await control('/webhook', { json: { email, at } })),
  }
}

/** A tool as a process of its own: it lives on while a hub dies, and dies with the test. */
export const toolProcess = async (use: string, stateFile: string | null = null) => {
  const child = fork(program, [use, stateFile ?? ''], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const listeners = new Set<() => void>()
  const [first] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) =>
      Promise.reject(new Error(`starting the tool of ${use}: it ended with ${code}`)),
    ),
  ])
  const ready = told.parse(first)
  if (!('url' in ready)) throw new Error(`starting the tool of ${use}: it did not say where it is`)
  child.on('message', () => {
    for (const listener of listeners) listener()
  })
  return {
    ...roughAt(ready.url),
    settings: ready.settings,
    pid: child.pid,
    /** Calls back at each request that is about to write; answers how to end that. */
    onWrite: (listener: () => void) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}
export type ToolProcess = Awaited<ReturnType<typeof toolProcess>>
