import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Actor } from '../flow/asking.ts'
import type { Operations } from '../flow/operations.ts'
import { following } from './at-once.ts'
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

const replyTo = (route: Route, parts: Parts, call: Call): Reply | FileReply | Promise<Reply | FileReply> => {
  const { status = 200, text, file } = route
  if (file !== undefined)
    return route.answer(parts, call).then((answer) => ({ status, type: file, ...fileAnswer.parse(answer) }))
  if (text !== undefined)
    return route.answer(parts, call).then((answer) => ({ status, type: text, text: String(answer) }))
  return following(route.write(parts, call), (written) => ({ status, type: json, text: written }))
}

const failureOf = ({ failure }: Route, problem: Problem, { params }: Address): Reply => {
  const reply = problemReply(problem)
  return failure === undefined ? reply : { ...reply, type: json, text: JSON.stringify(failure.tell(problem, params)) }
}

/** One request and its answer: admit, read, ask, shape. Without a key in the headers the body is read only where it may hold one. */
export const exchange = (operations: Operations, log: Log, route: Route): Exchange => {
  const { scope, input, limit = bodyLimits.other } = route
  const readsJson = 'body' in input.shape

  const enter = (key: string | null, headers: IncomingHttpHeaders, trace: Trace): Actor | Promise<Actor> => {
    if (scope === null) return nobody
    const { origin } = headers
    const privacyControl = headers['sec-gpc'] === '1'
    const entry = { key, scope, browser: route.browser === true, origin, privacyControl }
    return following(admit(operations, entry), (actor) => {
      trace.key = actor.name
      return actor
    })
  }
  /** Awaits only what is not there at once. */
  const answer = async (request: IncomingMessage, address: Address, trace: Trace): Promise<Reply | FileReply> => {
    const { headers, method = '' } = request
    const keyInHeaders = presentedKey(headers)
    const entering = route.keyInBody && keyInHeaders === null ? null : enter(keyInHeaders, headers, trace)
    const early = entering instanceof Promise ? await entering : entering
    const bytes = route.method === 'get' ? noBytes : await readBytes(request, limit)
    const body = readsJson ? parseJson(bytes) : undefined
    const entered = early ?? enter(presentedKey(headers, writeKeyOf(body)), headers, trace)
    const actor = entered instanceof Promise ? await entered : entered
    const raw = () => ({ method, url: request.url ?? '', headers: headersOf(request), body: bytes })
    const replying = replyTo(route, { ...address, body }, { actor, raw })
    const reply = replying instanceof Promise ? await replying : replying
    return route.tagged && 'text' in reply ? tagged(reply, headers['if-none-match']) : reply
  }

  return async (request, response, address, trace) => {
    trace.route = route.path
    const { origin } = request.headers
    const shared = route.browser ? (origin === undefined ? toNoPage : await crossOrigin(operations, origin)) : {}
    const reply = await answer(request, address, trace).catch((error: unknown) =>
      failureOf(route, problemOf(error, trace, log), address),
    )
    send(response, reply, shared)
  }
}
