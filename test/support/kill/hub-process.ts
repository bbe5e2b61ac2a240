import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hubAt } from '../hub-at.ts'

export const adminKey = 'the-key-of-a-hub-to-be-killed'

const root = fileURLToPath(new URL('../../../', import.meta.url))
/** Builds the hub as it ships, unless it is built; answers with the folder. */
export const buildHub = (): string => {
  execFileSync(process.execPath, [join(root, 'scripts/build.mjs')])
  return realpathSync(join(root, 'dist'))
}

export interface HubOptions {
  /** The folder of a build. */
  readonly build: string
  readonly config: string
  readonly data: string
  readonly env: Readonly<Record<string, string>>
}
/** The real hub as `npm start` runs it, from its build, on any free port. */
export const startHubProcess = ({ build, config, data, env }: HubOptions) => {
  const child = spawn(process.execPath, [join(build, 'core/cli/main.js'), 'start'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...env,
      PATH: process.env.PATH,
      // So started, it ends when its parent does: an interrupted test leaves nothing behind.
      npm_lifecycle_event: 'start',
      PORT: '0',
      LEITSTERN_CONFIG: config,
      LEITSTERN_DATA: data,
      LEITSTERN_ADMIN_KEY: adminKey,
      LEITSTERN_LOG: 'error',
    },
  })
  const said = { out: '', err: '' }
  const ended = once(child, 'close')
  child.stderr.on('data', (data) => {
    said.err += String(data)
  })
  const listens = new Promise<ReturnType<typeof hubAt> | null>((resolve) => {
    child.stdout.on('data', (data) => {
      said.out += String(data)
      const url = /listens at (\S+)/.exec(said.out)?.[1]
      if (url !== undefined) resolve(hubAt(url, adminKey))
    })
    void ended.then(() => resolve(null))
  })
  return {
    said,
    /** The hub once it listens; null: it ended before. */
    listens,
    ended,
    /** kill -9: it is told nothing and can finish nothing. */
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}
export type HubProcess = ReturnType<typeof startHubProcess>
