import { expect, vi } from 'vitest'
import type { z } from 'zod'
import { type Asked, ask } from './ask.ts'
import { toolAt } from './tool.ts'
import * as wire from './wire.ts'

/** Tries until it holds: what the hub does by itself takes as long as it takes. */
export const eventually = <T>(attempt: () => Promise<T>, timeout = 50_000): Promise<T> =>
  vi.waitFor(attempt, { timeout, interval: 200 })
/** The first of these; a test that finds nobody to show something of must fail. */
export const first = <T>(items: readonly T[]): T => {
  const [item] = items
  if (item === undefined) throw new Error('there is nobody of whom this could be shown')
  return item
}

/** A hub that listens at `url`, as whoever holds `key` meets it. */
export const hubAt = (url: string, key: string) => {
  const askHub = (path: string, asked: Asked = {}) => ask(`${url}${path}`, { key, ...asked })
  /** The answer to a request that must succeed, held to its shape. */
  const read = async <T>(path: string, shape: z.ZodType<T>, asked: Asked = {}): Promise<T> => {
    const { status, text, body } = await askHub(path, asked)
    expect(status, text).toBeLessThan(300)
    return shape.parse(body)
  }
  const named = async (identifier: string) =>
    (await read(`/v1/profiles?identifier=${encodeURIComponent(identifier)}`, wire.profiles)).profiles
  const connectors = async () => (await read('/v1/connectors', wire.connectors)).connectors
  const tool = async (id: string) => {
    const { sandbox } = first((await connectors()).filter((one) => one.id === id))
    if (sandbox === null) throw new Error(`finding the sandbox of ${id}: it has none`)
    return toolAt(sandbox.url)
  }
  return {
    url,
    key,
    ask: askHub,
    read,
    ready: () => eventually(async () => expect((await askHub('/readyz')).status).toBe(200), 150_000),
    connectors,
    /** The sandbox of a connector. */
    tool,
    /** Reads in what is new in a tool, and looks at what it holds. */
    pull: (id: string) => askHub(`/v1/connectors/${id}/pull`, { method: 'POST' }),
    /** Whom an identifier, `type:value`, names: one or nobody. */
    named,
    customer: async (identifier: string) => first(await named(identifier)),
    decide: (json: Record<string, unknown>) => read('/v1/decide', wire.decided, { json }),
    coherence: () => read('/v1/reports/coherence', wire.coherence),
    /** Addresses of customers whom both live tools of the demo show this offer. */
    shown: async (offer: string): Promise<readonly string[]> => {
      const [mail, site] = await Promise.all([(await tool('mail')).contacts(), (await tool('site')).contacts()])
      const inSite = new Set(site.filter(({ fields }) => fields.leitstern_offer === offer).map(({ email }) => email))
      return mail.filter(({ email, fields }) => fields.LSOFFER === offer && inSite.has(email)).map(({ email }) => email)
    },
  }
}
