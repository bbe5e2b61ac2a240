import { setMaxListeners } from 'node:events'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import axios, { AxiosError } from 'axios'
import { type Guard, OutOfBounds } from './guard.ts'

const maxBytes = 10 * 1024 * 1024
/** A connection is let go before its server does so: Apache, and Node too, after 5 seconds, and a request may be on its way by then. */
const idleMs = 4_000

/** A request that is ready to be sent. */
export interface Outgoing {
  readonly method: string
  readonly baseUrl: string
  /** Path and query. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** For the whole exchange. */
  readonly timeoutMs: number
  readonly signal: AbortSignal
}
export interface Answer {
  readonly status: number
  /** Names in lower case; several values of one name are joined by commas. */
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}
/**
 * No answer. `forbidden`: we may not or cannot talk to that address; `unsent`: the tool never got the request;
 * `lost`: it may have got it and done it.
 */
export interface NoAnswer {
  readonly failed: 'forbidden' | 'unsent' | 'lost'
  /** Without the cause beside it: axios's errors carry the request, credentials and all. */
  readonly reason: string
}
/** Sends one request and never throws. */
export type Transport = (request: Outgoing) => Promise<Answer | NoAnswer>

/** Codes of Node and of axios that are seen before a byte of the request has left. Every other failure may come after. */
const beforeSending: Readonly<Record<string, NoAnswer['failed']>> = {
  ECONNREFUSED: 'unsent',
  ENOTFOUND: 'unsent',
  EAI_AGAIN: 'unsent',
  EHOSTUNREACH: 'unsent',
  ENETUNREACH: 'unsent',
  CERT_HAS_EXPIRED: 'forbidden',
  ERR_BAD_REQUEST: 'forbidden',
  ERR_INVALID_URL: 'forbidden',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'forbidden',
  ERR_TLS_CERT_ALTNAME_INVALID: 'forbidden',
  SELF_SIGNED_CERT_IN_CHAIN: 'forbidden',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'forbidden',
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : '')
const noAnswer = (error: unknown): NoAnswer => {
  const cause = error instanceof AxiosError ? (error.cause ?? error) : error
  if (cause instanceof OutOfBounds) return { failed: 'forbidden', reason: cause.message }
  const said = error instanceof Error ? error.message : ''
  const code = codeOf(error)
  return { failed: beforeSending[code] ?? 'lost', reason: said || code || 'the connection failed' }
}

/** One deadline over all of an exchange: axios's own time-out starts anew with every byte that trickles in. */
const deadline = (request: Outgoing) => {
  // One signal stops many requests at once; Node takes more than ten listeners for a leak.
  setMaxListeners(0, request.signal)
  const controller = new AbortController()
  const state: { stopped: string | null } = { stopped: null }
  const stop = (reason: string) => {
    state.stopped ??= reason
    controller.abort()
  }
  const timer = setTimeout(() => stop(`no answer within ${request.timeoutMs} ms`), request.timeoutMs)
  const onAbort = () => stop('we were told to stop')
  request.signal.addEventListener('abort', onAbort, { once: true })
  const clear = () => {
    clearTimeout(timer)
    request.signal.removeEventListener('abort', onAbort)
  }
  return { signal: controller.signal, state, clear }
}

const textOf = (value: unknown) => (Array.isArray(value) ? value.join(', ') : String(value))
const lowerCase = (headers: object): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), textOf(value)]))

/** By the scheme of the base address (`file:`), or otherwise. */
export const bySchemes =
  (schemes: Readonly<Record<string, Transport>>, otherwise: Transport): Transport =>
  (request) =>
    (schemes[request.baseUrl.slice(0, request.baseUrl.indexOf(':') + 1)] ?? otherwise)(request)

/** The real thing, over axios: no redirects, no proxy, bounded sizes, one deadline, and only where the guard lets it. */
export const transportThrough = (guard: Guard): Transport => {
  const client = axios.create({
    adapter: 'http',
    httpAgent: new HttpAgent({ keepAlive: true, timeout: idleMs }),
    httpsAgent: new HttpsAgent({ keepAlive: true, timeout: idleMs }),
    lookup: guard.lookup,
    proxy: false,
    maxRedirects: 0,
    allowAbsoluteUrls: false,
    maxContentLength: maxBytes,
    maxBodyLength: maxBytes,
    responseType: 'text',
    transformResponse: [(text: unknown) => text],
    validateStatus: () => true,
  })
  return async (request) => {
    const problem = guard.problem(request.baseUrl)
    if (problem) return { failed: 'forbidden', reason: `the base address: ${problem}` }
    if (request.signal.aborted) return { failed: 'unsent', reason: 'we were told to stop' }
    const { signal, state, clear } = deadline(request)
    try {
      const { status, headers, data } = await client.request<unknown>({
        method: request.method,
        baseURL: request.baseUrl,
        url: request.path,
        headers: { ...request.headers },
        data: request.body,
        signal,
      })
      return { status, headers: lowerCase(headers), text: typeof data === 'string' ? data : '' }
    } catch (error) {
      return state.stopped ? { failed: 'lost', reason: state.stopped } : noAnswer(error)
    } finally {
      clear()
    }
  }
}
