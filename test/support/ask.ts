/** A request as a client states it: GET without a body, POST with one, unless `method` says otherwise. */
export interface Asked {
  readonly method?: string
  /** Sent as Bearer. */
  readonly key?: string | undefined
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

/** Asks over real HTTP. */
export const ask = async (url: string, asked: Asked = {}): Promise<Answered> => {
  const body = bodyOf(asked)
  const response = await fetch(url, {
    method: asked.method ?? (body === null ? 'GET' : 'POST'),
    headers: { ...(asked.key && { authorization: `Bearer ${asked.key}` }), ...asked.headers },
    body,
  })
  const text = await response.text()
  const type = response.headers.get('content-type') ?? ''
  return { status: response.status, headers: response.headers, text, body: parsed(text, type) }
}
