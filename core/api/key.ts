import type { IncomingHttpHeaders } from 'node:http'
import type { Actor } from '../flow/asking.ts'
import type { Admitted, Keys } from '../flow/operations.ts'
import { following } from './at-once.ts'
import { Problem } from './problem.ts'
import { mayUse, type Scope } from './scope.ts'

const bearerOf = (authorization: string): string | undefined => /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
const basicUserOf = (authorization: string): string | undefined => {
  const encoded = /^Basic +(\S+) *$/i.exec(authorization)?.[1]
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8').split(':', 1)[0]
}
const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/**
 * The key of a request. Where several are stated the first of these counts, and it alone: Bearer, the user of Basic
 * (as Segment's clients do), X-API-Key, and on ingest routes the body's `writeKey`.
 */
export const presentedKey = (headers: IncomingHttpHeaders, writeKey?: unknown): string | null => {
  const authorization = headers.authorization ?? ''
  const stated = bearerOf(authorization) || basicUserOf(authorization)
  return stated || textOf(headers['x-api-key']) || textOf(writeKey) || null
}

const challenge = (more: string): Readonly<Record<string, string>> => ({
  'WWW-Authenticate': `Bearer realm="Leitstern"${more}, Basic realm="Leitstern", charset="UTF-8"`,
})

/** What is known of a request before its body is judged. */
export interface Entry {
  readonly key: string | null
  readonly scope: Scope
  /** Whether the route is one for public keys, too. */
  readonly browser: boolean
  readonly origin: string | undefined
  /** The browser says that its user wants no tracking: `Sec-GPC: 1`. Source: https://www.w3.org/TR/gpc/ */
  readonly privacyControl: boolean
}

/**
 * A public key counts only on pages of its origins, only where it may do no harm, and not for a visitor who objects:
 * what the page says of them is not stored, and it shows them its fallbacks.
 */
const admitPage = (origins: readonly string[], { browser, origin, privacyControl }: Entry): void => {
  if (!browser) throw new Problem('public-key', 'A public key opens ingest and deciding, and nothing else.')
  if (origin === undefined || !origins.includes(origin))
    throw new Problem('foreign-origin', 'This public key is for pages of other origins.')
  if (privacyControl)
    throw new Problem('privacy-control', 'This browser asks not to be tracked (Sec-GPC): show the fallback.')
}

const judge = (known: Admitted | null, entry: Entry): Actor => {
  const { scope } = entry
  if (known === null)
    throw new Problem('unknown-key', 'The key was revoked or never given out.', {
      headers: challenge(', error="invalid_token"'),
    })
  if (!mayUse(known.scopes, scope))
    throw new Problem('missing-scope', `This needs the scope ${scope}.`, {
      members: { scope },
      headers: challenge(`, error="insufficient_scope", scope="${scope}"`),
    })
  if (known.actor.browser) admitPage(known.actor.browser.origins, entry)
  return known.actor
}

/** Who holds the key, or a problem: 401 without a known key, 403 where the key lacks the scope or the page is not its own. */
export const admit = (keys: Pick<Keys, 'authenticate'>, entry: Entry): Actor | Promise<Actor> => {
  if (entry.key === null)
    throw new Problem('no-key', 'Send a key as Bearer, as the user of Basic, or as X-API-Key.', {
      headers: challenge(''),
    })
  return following(keys.authenticate(entry.key), (known) => judge(known, entry))
}
