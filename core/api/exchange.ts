import type express from 'express'
import type { RawRequest } from '../contract/connector.ts'
import type { Actor, Operations } from '../flow/operations.ts'
import { bodyLimits, parseJson, readBytes } from './body.ts'
import { admit, presentedKey } from './key.ts'
import type { Response } from './log.ts'
import type { Route } from './route.ts'

const nobody: Actor = { name: 'nobody' }
const noBytes = new Uint8Array()

const headersOf = (request: express.Request): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]))
const rawOf = (request: express.Request, body: Uint8Array): RawRequest => ({
  method: request.method,
  url: request.originalUrl,
  headers: headersOf(request),
  body,
})

const writeKeyOf = (body: unknown): unknown =>
  typeof body === 'object' && body !== null && 'writeKey' in body ? body.writeKey : undefined

const send = (response: Response, route: Route, answer: unknown): void => {
  response.status(route.status ?? 200).set('Cache-Control', 'no-store')
  if (route.text === undefined) response.json(answer)
  else response.type(route.text).send(answer)
}

/** One request and its answer: admit, read, ask, shape. Without a key in the headers the body is read only where it may hold one. */
export const exchange =
  (operations: Operations, route: Route) =>
  async (request: express.Request, response: Response): Promise<void> => {
    const { scope, input, limit = bodyLimits.other } = route
    const enter = async (key: string | null): Promise<Actor> => {
      const actor = scope === null ? nobody : await admit(operations, key, scope)
      if (scope !== null && response.locals.trace) response.locals.trace.key = actor.name
      return actor
    }
    const keyInHeaders = presentedKey(request.headers)
    const keyMayFollow = route.browser === true && keyInHeaders === null
    const early = keyMayFollow ? null : await enter(keyInHeaders)
    const bytes = route.method === 'get' ? noBytes : await readBytes(request, response, limit)
    const body = 'body' in input.shape ? parseJson(bytes) : undefined
    const actor = early ?? (await enter(presentedKey(request.headers, writeKeyOf(body))))
    const parts = { params: request.params, query: request.query, body }
    send(response, route, await route.answer(parts, { actor, raw: rawOf(request, bytes) }))
  }
