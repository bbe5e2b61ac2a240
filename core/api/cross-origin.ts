import type { Keys } from '../flow/operations.ts'
import { Problem } from './problem.ts'

type Headers = Readonly<Record<string, string>>

/** Who asks is no page; a cache must still not give a page this answer. */
export const toNoPage: Headers = { Vary: 'Origin' }

/**
 * Lets pages read the answer of a route that public keys may use: pages of an origin that some public key names, and
 * no others. No cookie is ever read, so that there is nothing another page could borrow.
 */
export const crossOrigin = async (keys: Pick<Keys, 'knowsOrigin'>, origin: string): Promise<Headers> => {
  if (!(await keys.knowsOrigin(origin))) return toNoPage
  return {
    Vary: 'Origin',
    'Access-Control-Allow-Origin': origin,
    'Access-Control-Expose-Headers': 'ETag, Retry-After, X-RateLimit-Reset',
  }
}

/** The answer to a browser that asks first. It does not tell for which key it asks. */
export const preflight = async (keys: Pick<Keys, 'knowsOrigin'>, origin: string): Promise<Headers> => {
  const headers = await crossOrigin(keys, origin)
  if (!('Access-Control-Allow-Origin' in headers))
    throw new Problem('foreign-origin', 'No public key names this origin.', { headers })
  return {
    ...headers,
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-None-Match, X-API-Key',
    'Access-Control-Max-Age': '7200',
  }
}
