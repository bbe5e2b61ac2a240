import { setTimeout as wait } from 'node:timers/promises'
import { run } from './program.ts'
import type { Shell } from './shell.ts'

const beatMs = 500

const untilSignalled = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })

/** npm's shell passes no signal on: stopping `npm start` would leave the hub behind with its port, did it not notice that its parent is gone. */
const untilOrphaned = (): Promise<void> =>
  new Promise((resolve) => {
    const parent = process.ppid
    if (process.env.npm_lifecycle_event !== 'start') return
    setInterval(() => process.ppid !== parent && resolve(), beatMs).unref()
  })

const untilStopped = (): Promise<void> => Promise.race([untilSignalled(), untilOrphaned()])

const shell: Shell = {
  env: process.env,
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  wait: (ms) => wait(ms),
  // Few commands need the hub, and all others start faster without it.
  startHub: async (options) => (await import('../hub.ts')).startHub(options),
  restHub: async (options) => (await import('../resting.ts')).restHub(options),
  untilStopped,
}

process.exitCode = await run(process.argv.slice(2), shell)
