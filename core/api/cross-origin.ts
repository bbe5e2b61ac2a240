import type express from 'express'

/**
 * Lets pages of any origin post to an ingest route: the key names the source, and no cookie is ever read, so that
 * there is nothing another page could borrow.
 */
export const crossOrigin = (
  _request: express.Request,
  response: express.Response,
  next: express.NextFunction,
): void => {
  response.set('Access-Control-Allow-Origin', '*')
  response.set('Access-Control-Expose-Headers', 'Retry-After, X-RateLimit-Reset')
  next()
}

/** The answer to a browser that asks first. */
export const preflight = (_request: express.Request, response: express.Response): void => {
  response.set('Access-Control-Allow-Methods', 'POST')
  response.set('Access-Control-Allow-Headers', 'Authorization, Content-Type, X-API-Key')
  response.set('Access-Control-Max-Age', '7200')
  response.status(204).end()
}
