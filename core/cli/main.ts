import { setTimeout as wait } from 'node:timers/promises'
import { run } from './program.ts'
import type { Shell } from './shell.ts'

const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })

const shell: Shell = {
  env: process.env,
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  wait: (ms) => wait(ms),
  // Only this command needs the hub, and all others start faster without it.
  startHub: async (options) => (await import('../hub.ts')).startHub(options),
  untilStopped,
}

process.exitCode = await run(process.argv.slice(2), shell)
