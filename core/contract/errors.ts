/**
 * Why a whole call to a tool failed. The kind alone decides what the core does next:
 * `auth` pauses the connector, `config` needs an admin, `throttled` and `transient` are tried again,
 * `unknown` (a time-out) may have been applied, `invalid` is the request's own fault, `refused` is a write that the
 * connector's phase forbids, `bug` is ours.
 */
export const errorKinds = ['auth', 'config', 'throttled', 'transient', 'unknown', 'invalid', 'refused', 'bug'] as const
export type ErrorKind = (typeof errorKinds)[number]

/** A judgement on a whole call. Say what was being done and to what; keep the cause. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError'
  readonly kind: ErrorKind
  /** How long the tool asked us to wait, in milliseconds. */
  readonly afterMs: number | undefined
  /** The HTTP status, where there was one. */
  readonly status: number | undefined

  constructor(
    kind: ErrorKind,
    message: string,
    options: { cause?: unknown; afterMs?: number | undefined; status?: number | undefined } = {},
  ) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.afterMs = options.afterMs
    this.status = options.status
  }
}
