import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, vi } from 'vitest'
import type { z } from 'zod'
import { startHub } from '../../core/hub.ts'
import { type Asked, ask } from './ask.ts'
import { toolAt } from './tool.ts'
import { connectors } from './wire.ts'

export const shippedConfig = fileURLToPath(new URL('../../config', import.meta.url))

/** Tries until it holds: what the hub does by itself takes as long as it takes. */
export const eventually = <T>(attempt: () => Promise<T>): Promise<T> =>
  vi.waitFor(attempt, { timeout: 150_000, interval: 200 })

/** A hub that listens at `url`, as whoever holds `key` meets it. */
export const hubAt = (url: string, key: string) => {
  const askHub = (path: string, asked: Asked = {}) => ask(`${url}${path}`, { key, ...asked })
  /** The answer to a request that must succeed, held to its shape. */
  const read = async <T>(path: string, shape: z.ZodType<T>, asked: Asked = {}): Promise<T> => {
    const { status, text, body } = await askHub(path, asked)
    expect(status, text).toBeLessThan(300)
    return shape.parse(body)
  }
  return {
    url,
    key,
    ask: askHub,
    read,
    ready: () => eventually(async () => expect((await askHub('/readyz')).status).toBe(200)),
    /** The sandbox of a connector. */
    tool: async (id: string) => {
      const { connectors: all } = await read('/v1/connectors', connectors)
      const { url: sandbox } = all.find((one) => one.id === id)?.sandbox ?? {}
      if (sandbox === undefined) throw new Error(`finding the sandbox of ${id}: it has none`)
      return toolAt(sandbox)
    },
    /** Reads in what is new in a tool, and looks at what it holds. */
    pull: (id: string) => askHub(`/v1/connectors/${id}/pull`, { method: 'POST' }),
  }
}
export type HubAt = ReturnType<typeof hubAt>

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
