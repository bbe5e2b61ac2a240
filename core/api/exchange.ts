import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Actor, Operations } from '../flow/operations.ts'
import { bodyLimits, parseJson, readBytes } from './body.ts'
import { crossOrigin, toNoPage } from './cross-origin.ts'
import { admit, presentedKey } from './key.ts'
import type { Log, Trace } from './log.ts'
import type { Problem } from './problem.ts'
import type { Call, Parts, Route } from './route.ts'
import { type FileReply, fileAnswer, problemOf, problemReply, type Reply, send } from './send.ts'
import { tagged } from './tagged.ts'

/** What whoever found the route has read of the address. */
export type Address = Pick<Parts, 'params' | 'query'>
/** Answers one request on one route, whichever door it came through. Never rejects. */
export type Exchange = (
  request: IncomingMessage,
  response: ServerResponse,
  address: Address,
  trace: Trace,
) => Promise<void>

const json = 'application/json; charset=utf-8'
const nobody: Actor = { name: 'nobody' }
const noBytes = Buffer.alloc(0)

const headersOf = (request: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]))

const writeKeyOf = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && 'writeKey' in body ? body.writeKey : undefined

const replyTo = async (route: Route, parts: Parts, call: Call): Promise<Reply | FileReply> => {
  const { status = 200, text, file } = route
  if (file !== undefined) return { status, type: file, ...fileAnswer.parse(await route.answer(parts, call)) }
  if (text !== undefined) return { status, type: text, text: String(await route.answer(parts, call)) }
  return { status, type: json, text: await route.write(parts, call) }
}

const failureOf = ({ failure }: Route, problem: Problem, { params }: Address): Reply => {
  const reply = problemReply(problem)
  return failure === undefined ? reply : { ...reply, type: json, text: JSON.stringify(failure.tell(problem, params)) }
}

/** One request and its answer: admit, read, ask, shape. Without a key in the headers the body is read only where it may hold one. */
export const exchange = (operations: Operations, log: Log, route: Route): Exchange => {
  const { scope, input, limit = bodyLimits.other } = route
  const readsJson = 'body' in input.shape

  const answer = async (request: IncomingMessage, address: Address, trace: Trace): Promise<Reply | FileReply> => {
    const { headers, method = '' } = request
    const { origin } = headers
    const enter = async (key: string | null): Promise<Actor> => {
      if (scope === null) return nobody
      const privacyControl = headers['sec-gpc'] === '1'
      const entry = { key, scope, browser: route.browser === true, origin, privacyControl }
      const admitted = admit(operations, entry)
      const actor = admitted instanceof Promise ? await admitted : admitted
      trace.key = actor.name
      return actor
    }
    const keyInHeaders = presentedKey(headers)
    const early = route.keyInBody && keyInHeaders === null ? null : await enter(keyInHeaders)
    const bytes = route.method === 'get' ? noBytes : await readBytes(request, limit)
    const body = readsJson ? parseJson(bytes) : undefined
    const actor = early ?? (await enter(presentedKey(headers, writeKeyOf(body))))
    const raw = () => ({ method, url: request.url ?? '', headers: headersOf(request), body: bytes })
    const reply = await replyTo(route, { ...address, body }, { actor, raw })
    return route.tagged && 'text' in reply ? tagged(reply, headers['if-none-match']) : reply
  }

  return async (request, response, address, trace) => {
    trace.route = route.path
    const { origin } = request.headers
    const shared = route.browser ? (origin === undefined ? toNoPage : await crossOrigin(operations, origin)) : {}
    const reply = await answer(request, address, trace).catch((error: unknown) =>
      failureOf(route, problemOf(error, trace, log), address),
    )
    send(response, { ...reply, headers: { ...reply.headers, ...shared } })
  }
}
