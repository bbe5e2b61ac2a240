import type { ErrorKind } from '../contract/errors.ts'

export interface Failure {
  readonly kind: ErrorKind
  /** What the status says, for the message. */
  readonly meaning: string
  /** How long the tool asked us to wait, in milliseconds. */
  readonly afterMs?: number | undefined
}

/** Statuses that say something of their own; the rest falls under its hundred. Meanings by RFC 9110, 429 by RFC 6585. */
const byStatus: Readonly<Record<number, Failure>> = {
  401: { kind: 'auth', meaning: 'the credential is not accepted' },
  403: { kind: 'auth', meaning: 'the credential may not do this' },
  407: { kind: 'config', meaning: 'a proxy wants a credential' },
  408: { kind: 'transient', meaning: 'the tool waited too long for the request' },
  421: { kind: 'config', meaning: 'the base address belongs to another server' },
  425: { kind: 'transient', meaning: 'the tool was not ready' },
  429: { kind: 'throttled', meaning: 'too many requests' },
  501: { kind: 'invalid', meaning: 'the tool cannot do this' },
}
const byHundred: Readonly<Record<number, Failure>> = {
  3: { kind: 'config', meaning: 'the tool redirects: set the base address to where it lives' },
  4: { kind: 'invalid', meaning: 'the tool refuses the request' },
  5: { kind: 'transient', meaning: 'the tool failed' },
}
const odd: Failure = { kind: 'invalid', meaning: 'a status that nobody knows' }

/** How long to wait by headers beside `Retry-After`: draft-ietf-httpapi-ratelimit-headers, and those before it. */
const resets = [
  'ratelimit-reset',
  'x-ratelimit-reset',
  'x-rate-limit-reset',
  'x-rate-limit-time-reset-ms',
  'x-sib-ratelimit-reset',
] as const
/** Seconds since 1970 from here on, and milliseconds since 1970 from a thousand times that: vendors use all three. */
const epochSeconds = 1e9
const isNumber = (text: string): boolean => /^\d+(\.\d+)?$/.test(text)

const waitMs = (value: number, now: number): number => {
  if (value >= epochSeconds * 1000) return Math.max(0, value - now)
  return value >= epochSeconds ? Math.max(0, value * 1000 - now) : value * 1000
}
const resetMs = (name: string, text: string, now: number): number | undefined => {
  if (!isNumber(text)) return undefined
  return name.endsWith('-ms') ? Number(text) : waitMs(Number(text), now)
}
const resetAfterMs = (headers: Readonly<Record<string, string>>, now: number): number | undefined =>
  resets
    .map((name) => resetMs(name, headers[name]?.trim() ?? '', now))
    .filter((ms) => ms !== undefined)
    .at(0)

/**
 * `Retry-After` in both its forms (RFC 9110, 10.2.3), and with the fractions and times since 1970 that some vendors send,
 * as milliseconds from `now`. `undefined` where there is none, or none that can be read.
 */
const retryAfterMs = (value: string | undefined, now: number): number | undefined => {
  const text = value?.trim() ?? ''
  if (isNumber(text)) return waitMs(Number(text), now)
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** What a status means for the call; `null` when it is an answer. */
export const failureOf = (
  status: number,
  headers: Readonly<Record<string, string>>,
  now: number,
  accepted: readonly number[] = [],
): Failure | null => {
  if ((status >= 200 && status < 300) || (status >= 400 && accepted.includes(status))) return null
  const afterMs = retryAfterMs(headers['retry-after'], now)
  if (status === 503 && afterMs !== undefined)
    return { kind: 'throttled', meaning: 'the tool asked for a pause', afterMs }
  const failure = byStatus[status] ?? byHundred[Math.trunc(status / 100)] ?? odd
  if (failure.kind !== 'throttled') return failure
  return { ...failure, afterMs: afterMs ?? resetAfterMs(headers, now) }
}
