import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { openDoors } from './api/door.ts'
import { serve } from './api/serve.ts'
import { openFlow } from './flow/open.ts'
import { restingTool } from './flow/resting-tool.ts'
import { type HubOptions, type RunningHub, storePath, surroundings } from './hub.ts'
import { openAlone } from './store/alone.ts'
import { openSqlite } from './store/sqlite.ts'

/** A hub that only works on the store: for one command, in its process, while no other hub runs. */
export interface RestingHub extends Pick<RunningHub, 'url' | 'close'> {
  /** Who can open the store may do everything: an admin key for this one time. */
  readonly key: string
}
export interface RestingOptions extends Pick<HubOptions, 'env'> {
  /** Told what goes wrong. */
  readonly err: (line: string) => void
}

/**
 * Opens the store and answers HTTP on a port of its own, so that a command asks it as it asks every hub. No tool is
 * reached, and nothing happens by itself. Throws where there is no store, and where another hub works with it.
 */
export const restHub = async ({ env, err }: RestingOptions): Promise<RestingHub> => {
  const { files, config, data } = await surroundings(env)
  const path = storePath(config, data)
  if (!existsSync(path))
    throw new Error(`opening the store ${path}: there is none; start the hub, or set LEITSTERN_DATA`)
  // The store would wait for a hub to end, and could not say where else to ask.
  openAlone(path).close()
  const key = randomBytes(32).toString('base64url')
  const silent = (): void => undefined
  const log = {
    info: silent,
    warn: silent,
    error: (fields: object, message: string): void => err(`${message} ${JSON.stringify(fields)}`),
  }
  const flow = await openFlow({
    config,
    store: openSqlite(path),
    data,
    adminKey: key,
    clock: Date.now,
    chance: Math.random,
    log,
    unattended: false,
    resting: true,
    openTool: restingTool,
    readConfig: files.read,
  })
  const serving = await serve(openDoors(flow.operations, { log, now: Date.now }), { host: '127.0.0.1', port: 0 })
  return {
    url: serving.url,
    key,
    close: async () => {
      await serving.close(1_000)
      await flow.close()
    },
  }
}
