import type { RequestListener } from 'node:http'
import { z } from 'zod'
import type { Operations } from '../flow/operations.ts'
import { createApp, type Served } from './app.ts'
import { exchange } from './exchange.ts'
import { harden } from './hardening.ts'
import { accessLog, type Log } from './log.ts'
import { openapi } from './openapi.ts'
import { nothing, type Route, route } from './route.ts'
import { allRoutes } from './routes.ts'

export interface DoorOptions {
  readonly log: Log
  /** Epoch milliseconds. */
  readonly now: () => number
}
export interface Doors {
  /** Answers the hot routes at once, and hands everything else to `back`. */
  readonly front: RequestListener
  /** Express, which answers every route; for the hot ones it must not make a difference but in cost. */
  readonly back: RequestListener
  /** The hub was asked to stop: it is not ready from now on. */
  readonly close: () => void
}

const documentRoute = (document: Readonly<Record<string, unknown>>): Route =>
  route({
    id: 'openapi',
    method: 'get',
    path: '/openapi.json',
    tag: 'operations',
    scope: null,
    summary: 'This description',
    input: nothing,
    response: z.record(z.string(), z.unknown()),
    handle: async () => document,
  })

/** A hot route has neither parameters nor a query; its address is one text. Any other spelling of it goes to Express. */
const hotListeners = (served: readonly Served[]): ReadonlyMap<string, RequestListener> =>
  new Map(
    served
      .filter(({ route }) => route.hot)
      .map(({ route, answer }) => [
        `${route.method.toUpperCase()} ${route.path}`,
        (request, response) => void answer(request, response, { params: {}, query: {} }),
      ]),
  )

/** The hub's HTTP API, all of `operations`, behind both of its doors. */
export const openDoors = (operations: Operations, { log, now }: DoorOptions): Doors => {
  let closing = false
  const built = allRoutes(operations, () => closing)
  const served = [...built, documentRoute(openapi(built))].map(
    (one): Served => ({ route: one, answer: exchange(operations, log, one) }),
  )
  const app = createApp(operations, log, served)
  const hot = hotListeners(served)
  const open = accessLog(log, now)
  const back: RequestListener = (request, response) => {
    open(request, response)
    harden(response)
    app(request, response)
  }
  return {
    front: (request, response) => {
      const quick = hot.get(`${request.method} ${request.url}`)
      if (quick === undefined) return back(request, response)
      open(request, response)
      quick(request, response)
    },
    back,
    close: () => {
      closing = true
    },
  }
}
