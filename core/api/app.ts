import express from 'express'
import helmet from 'helmet'
import { z } from 'zod'
import type { Operations } from '../flow/operations.ts'
import { crossOrigin, preflight } from './cross-origin.ts'
import { docsPages } from './docs.ts'
import { errorHandler } from './errors.ts'
import { exchange } from './exchange.ts'
import { accessLog, type Log, type Response } from './log.ts'
import { openapi } from './openapi.ts'
import { Problem } from './problem.ts'
import { nothing, type Route, route } from './route.ts'
import { allRoutes } from './routes.ts'
import { unbuilt } from './unbuilt.ts'

export interface AppOptions {
  readonly log: Log
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** A hub may run on plain http inside a network: nothing may be upgraded to https by force. */
const hardening = {
  contentSecurityPolicy: { directives: { 'frame-ancestors': ["'none'"], 'upgrade-insecure-requests': null } },
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

const named =
  (path: string) =>
  (_request: express.Request, response: Response, next: express.NextFunction): void => {
    if (response.locals.trace) response.locals.trace.route = path
    next()
  }
const methodsOf = (routes: readonly Route[]): string =>
  routes.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])).join(', ')

/** The last word at a path: it answers to no other method. */
const refuseOthers = (app: express.Express, path: string, Allow: string): void => {
  app.all(path, () => {
    throw new Problem('wrong-method', `This path answers to ${Allow}.`, { headers: { Allow } })
  })
}

const mount = (app: express.Express, operations: Operations, path: string, routes: readonly Route[]): void => {
  app.all(path, named(path))
  if (routes.some(({ browser }) => browser)) app.all(path, crossOrigin).options(path, preflight)
  for (const one of routes) app[one.method](path, exchange(operations, one))
  refuseOthers(app, path, methodsOf(routes))
}
const mountUnbuilt = (app: express.Express, path: string, what: string): void => {
  app.all(path, named(path), () => {
    throw new Problem('not-built', `${what} (${path}) is not built yet.`)
  })
}

/** The hub's HTTP API: all of `operations`, and what is not built yet by name. */
export const createApp = (operations: Operations, { log, now }: AppOptions): express.Express => {
  const app = express()
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').set('query parser', 'simple')
  app.use(accessLog(log, now), helmet(hardening))
  const built = allRoutes(operations, () => app.locals.closing === true)
  const routes = [...built, documentRoute(openapi(built))]
  for (const path of new Set(routes.map((one) => one.path)))
    mount(
      app,
      operations,
      path,
      routes.filter((one) => one.path === path),
    )
  for (const [path, answer] of docsPages) {
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
