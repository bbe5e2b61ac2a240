import { createApp } from '../../core/api/app.ts'
import { serve } from '../../core/api/serve.ts'
import type { Operations } from '../../core/flow/operations.ts'
import { fakeHub } from './operations.ts'

export interface Asked {
  readonly method?: string
  readonly key?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly raw?: string | Uint8Array<ArrayBuffer>
}
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
}

const bodyOf = ({ json, raw }: Asked): string | Uint8Array<ArrayBuffer> | null =>
  raw ?? (json === undefined ? null : JSON.stringify(json))
const parsed = (text: string, type: string): unknown => (type.includes('json') && text !== '' ? JSON.parse(text) : text)

/** The API over real HTTP on a free port, in front of a fake hub; every log line is kept. */
export const servedHub = async (overrides: Partial<Operations> = {}) => {
  const { operations, received } = fakeHub(overrides)
  const logs: object[] = []
  const keep = (fields: object, message: string): void => {
    logs.push({ ...fields, message })
  }
  const serving = await serve(createApp(operations, { log: { info: keep, error: keep }, now: () => 0 }), {
    host: '127.0.0.1',
    port: 0,
  })
  const ask = async (path: string, asked: Asked = {}): Promise<Answered> => {
    const body = bodyOf(asked)
    const response = await fetch(`${serving.url}${path}`, {
      method: asked.method ?? (body === null ? 'GET' : 'POST'),
      headers: { ...(asked.key && { authorization: `Bearer ${asked.key}` }), ...asked.headers },
      body,
    })
    const text = await response.text()
    const type = response.headers.get('content-type') ?? ''
    return { status: response.status, headers: response.headers, text, body: parsed(text, type) }
  }
  return { ...serving, operations, received, logs, ask, stop: () => serving.close(1_000) }
}
export type ServedHub = Awaited<ReturnType<typeof servedHub>>
