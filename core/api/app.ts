import express from 'express'
import type { Operations } from '../flow/operations.ts'
import { preflight } from './cross-origin.ts'
import { docsPages } from './docs.ts'
import type { Exchange } from './exchange.ts'
import { type Log, traceOf } from './log.ts'
import { Problem } from './problem.ts'
import type { Route } from './route.ts'
import { browserClient } from './sdk.ts'
import { problemOf, problemReply, send } from './send.ts'
import { unbuilt } from './unbuilt.ts'

/** A route and how it is answered. */
export interface Served {
  readonly route: Route
  readonly answer: Exchange
}

const named =
  (path: string) =>
  (_request: express.Request, response: express.Response, next: express.NextFunction): void => {
    traceOf(response).route = path
    next()
  }
const methodsOf = (served: readonly Served[]): string =>
  served.flatMap(({ route: { method } }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])).join(', ')

/** The last word at a path: it answers to no other method. */
const refuseOthers = (app: express.Express, path: string, Allow: string): void => {
  app.all(path, () => {
    throw new Problem('wrong-method', `This path answers to ${Allow}.`, { headers: { Allow } })
  })
}

const askFirst =
  (operations: Operations) =>
  async (request: express.Request, response: express.Response, next: express.NextFunction): Promise<void> => {
    const { origin } = request.headers
    if (origin === undefined) next()
    else response.writeHead(204, await preflight(operations, origin)).end()
  }

const mount = (app: express.Express, operations: Operations, path: string, served: readonly Served[]): void => {
  app.all(path, named(path))
  if (served.some(({ route }) => route.browser)) app.options(path, askFirst(operations))
  for (const { route, answer } of served)
    app[route.method](path, (request, response) =>
      answer(request, response, { params: request.params, query: request.query }, traceOf(response)),
    )
  refuseOthers(app, path, methodsOf(served))
}
const mountUnbuilt = (app: express.Express, path: string, what: string): void => {
  app.all(path, named(path), () => {
    throw new Problem('not-built', `${what} (${path}) is not built yet.`)
  })
}

/** The last middleware: what Express could not bring to a route leaves as problem+json, too. */
const errorHandler =
  (log: Log) =>
  (error: unknown, _request: express.Request, response: express.Response, next: express.NextFunction): void => {
    const problem = problemOf(error, traceOf(response), log)
    if (response.headersSent) next(error)
    else send(response, problemReply(problem))
  }

/** Every route in Express, which finds it whatever its address looks like, and what is not built yet by name. */
export const createApp = (operations: Operations, log: Log, served: readonly Served[]): express.Express => {
  const app = express()
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').set('query parser', 'simple')
  for (const path of new Set(served.map(({ route }) => route.path)))
    mount(
      app,
      operations,
      path,
      served.filter(({ route }) => route.path === path),
    )
  for (const [path, answer] of [...docsPages, [browserClient.path, browserClient.answer] as const]) {
    app.all(path, named(path)).get(path, answer)
    refuseOthers(app, path, 'GET, HEAD')
  }
  for (const [path, what] of Object.entries(unbuilt)) mountUnbuilt(app, path, what)
  app.use(() => {
    throw new Problem('not-found', 'No route has this path; /openapi.json lists them.')
  })
  app.use(errorHandler(log))
  return app
}
