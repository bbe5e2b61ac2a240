import { setTimeout as wait } from 'node:timers/promises'
import { run } from './program.ts'
import type { Shell } from './shell.ts'

const beatMs = 500

/** In a terminal a hang-up means that it was closed; without one it asks a hub to read its config again. */
const ending = process.stdout.isTTY ? (['SIGINT', 'SIGTERM', 'SIGHUP'] as const) : (['SIGINT', 'SIGTERM'] as const)

const untilSignalled = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ending) process.once(signal, () => resolve())
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
  startHub: async (options) => {
    let reload = async (): Promise<void> => {}
    // Listened to from the beginning: unheard, the signal would end a hub that is still starting.
    if (!process.stdout.isTTY) process.on('SIGHUP', () => void reload())
    const { startHub } = await import('../hub.ts')
    const hub = await startHub(options)
    reload = hub.reload
    return hub
  },
  restHub: async (options) => (await import('../resting.ts')).restHub(options),
  untilStopped,
}

process.exitCode = await run(process.argv.slice(2), shell)
