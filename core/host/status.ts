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

/**
 * `Retry-After` in both its forms (RFC 9110, 10.2.3), as milliseconds from `now`.
 * `undefined` where there is none, or none that can be read.
 */
const retryAfterMs = (value: string | undefined, now: number): number | undefined => {
  const text = value?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1000
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
  return failure.kind === 'throttled' ? { ...failure, afterMs } : failure
}
