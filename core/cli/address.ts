import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Address } from './client.ts'
import type { Shell } from './shell.ts'

const hostOf = (host: string): string => (host.includes(':') ? `[${host}]` : host)
const urlOf = ({ LEITSTERN_URL, HOST = '127.0.0.1', PORT = '4600' }: Shell['env']): string =>
  (LEITSTERN_URL || `http://${hostOf(HOST)}:${PORT}`).replace(/\/+$/, '')

/** The admin key that the hub wrote at its first start, where it runs on this machine under this user. */
const storedKey = ({ LEITSTERN_DATA = 'data' }: Shell['env']): string | null => {
  try {
    return readFileSync(join(LEITSTERN_DATA, 'admin.key'), 'utf8').trim()
  } catch {
    return null
  }
}

/** Where the hub is, and as whom to ask it: --key, LEITSTERN_KEY, LEITSTERN_ADMIN_KEY, then the stored admin key. */
export const addressOf = (env: Shell['env'], key?: string): Address => ({
  url: urlOf(env),
  key: key || env.LEITSTERN_KEY || env.LEITSTERN_ADMIN_KEY || storedKey(env),
})
