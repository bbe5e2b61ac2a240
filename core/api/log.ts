import type { IncomingMessage, ServerResponse } from 'node:http'

/** What the API writes to: pino, or anything that takes fields and a constant message. */
export interface Log {
  readonly info: (fields: object, message: string) => void
  readonly error: (fields: object, message: string) => void
}
/** What a request leaves behind for its log line. */
export interface Trace {
  /** The route's pattern, never the address: ids and identifiers stand there. */
  route?: string
  /** The name of the key. */
  key?: string
}
const traces = new WeakMap<ServerResponse, Trace>()
/** Of the request that this response answers. */
export const traceOf = (response: ServerResponse): Trace => traces.get(response) ?? {}
/** For whoever finds out about a request in several places. */
export const carryTrace = (response: ServerResponse, trace: Trace): void => {
  traces.set(response, trace)
}

/** One line for each request, without anything that a person could be known by, from what its trace says at the end. */
export const accessLog =
  (log: Log, now: () => number) =>
  (request: IncomingMessage, response: ServerResponse): Trace => {
    const startedAt = now()
    const trace: Trace = {}
    response.on('close', () => {
      const { route = null, key = null } = trace
      const status = response.writableFinished ? response.statusCode : null
      log.info({ method: request.method, route, status, ms: now() - startedAt, key }, 'request')
    })
    return trace
  }

/** An error without its message, which may quote what a customer sent: what it is, and where it happened. */
export const anonymousError = (error: unknown): object => {
  if (!(error instanceof Error)) return { error: typeof error }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return { error: error.name, frames: frames.map((frame) => frame.trim()) }
}
