import type express from 'express'
import { anonymousError, type Log, type Response } from './log.ts'
import { Problem, type ProblemName } from './problem.ts'

/** What Express and its body parser call these. */
const names: Readonly<Record<number, ProblemName>> = {
  400: 'unreadable-body',
  413: 'too-large',
  415: 'unreadable-encoding',
}
const details: Partial<Readonly<Record<ProblemName, string>>> = {
  'unreadable-path': 'A part of the path is not percent-encoded UTF-8.',
  'unreadable-body': 'The body could not be read to its end.',
  'too-large': 'Send less at once.',
  'unreadable-encoding': 'Send the body as it is, or by gzip, deflate or br.',
}

const problemOf = (error: unknown): Problem => {
  if (error instanceof Problem) return error
  const status = error instanceof Error && 'status' in error ? Number(error.status) : 500
  const name = error instanceof URIError ? 'unreadable-path' : (names[status] ?? 'internal')
  return new Problem(name, details[name] ?? 'The hub has logged what happened.')
}

/** The last middleware: every error leaves as problem+json, and of an inner one nothing leaves but that it happened. */
export const errorHandler =
  (log: Log) =>
  (error: unknown, _request: express.Request, response: Response, next: express.NextFunction): void => {
    const problem = problemOf(error)
    if (problem.problem === 'internal')
      log.error({ route: response.locals.trace?.route ?? null, ...anonymousError(error) }, 'request failed')
    if (response.headersSent) {
      next(error)
      return
    }
    response.status(problem.status).set({ 'Cache-Control': 'no-store', ...problem.headers })
    response.type('application/problem+json').send(JSON.stringify(problem.body()))
  }
