import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startHub } from '../../core/hub.ts'
import { hubAt } from './hub-at.ts'

export const shippedConfig = fileURLToPath(new URL('../../config', import.meta.url))

/** A hub of its own, started from config files as `npm start` does, on any free port. */
export const runningHub = async (config: string, data: string, env: Readonly<Record<string, string>> = {}) => {
  const printed: string[] = []
  const hub = await startHub({
    env: { LEITSTERN_CONFIG: config, LEITSTERN_DATA: data, LEITSTERN_LOG: 'error', PORT: '0', ...env },
    out: (line) => printed.push(line),
  })
  const key = env.LEITSTERN_ADMIN_KEY ?? readFileSync(join(data, 'admin.key'), 'utf8').trim()
  return { ...hubAt(hub.url, key), printed, close: hub.close }
}
export type RunningHub = Awaited<ReturnType<typeof runningHub>>

/** A new folder, for a hub's data and config. */
export const temporaryFolder = () => {
  const path = mkdtempSync(join(tmpdir(), 'leitstern-journey-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
