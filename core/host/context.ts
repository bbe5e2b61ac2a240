import type { z } from 'zod'
import type { Connector, Context } from '../contract/connector.ts'
import { ConnectorError } from '../contract/errors.ts'
import type { Limits } from '../contract/limits.ts'
import { httpFor, type Mode } from './http.ts'
import { authorized, type Login, loginFor } from './login.ts'
import type { Pace } from './pace.ts'
import { credentialsOf, redactFor, secretsOf } from './redact.ts'
import type { Transport } from './transport.ts'

export interface ContextOptions<S extends z.ZodObject> {
  readonly connector: Connector<S>
  /** As configured; the connector's own schema parses them here. */
  readonly settings: unknown
  readonly mode: Mode
  readonly transport: Transport
  /** The connector's one lane: shared by all its contexts. */
  readonly pace: Pace
  /** The connector's one grant, shared likewise; one of this context alone unless stated. */
  readonly login?: Login | undefined
  /** 0 goes first, 9 last, 5 unless stated. */
  readonly priority?: number | undefined
  /** The connector's own unless stated. */
  readonly limits?: Limits | undefined
  readonly log: Context<unknown>['log']
  readonly signal: AbortSignal
  readonly now: () => number
}

/** Parses a connector's settings. Throws `ConnectorError` of kind `config` that names each field, and never a value. */
const settingsFor = <S extends z.ZodObject>(connector: Connector<S>, settings: unknown): z.output<S> => {
  const parsed = connector.settings.safeParse(settings)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'settings'}: ${message}`)
  throw new ConnectorError('config', `reading the settings of ${connector.id}: ${problems.join('; ')}`)
}

/** Everything that a connector may touch for one call, made from the host's parts. Throws `ConnectorError` for bad settings. */
export const contextFor = <S extends z.ZodObject>(options: ContextOptions<S>): Context<z.output<S>> => {
  const { connector, limits = connector.limits, log, signal, now } = options
  const settings = settingsFor(connector, options.settings)
  const connection = connector.connect(settings)
  const { login = loginFor(now) } = options
  const secrets = [...secretsOf(connector.settings, settings), ...credentialsOf(connection.headers)]
  const redact = redactFor(secrets, login.credentials)
  const basis = { ...options, connection, redact, timeoutMs: limits.timeoutMs }
  const context = {
    settings,
    http: httpFor(basis),
    log: (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
      log(redact.text(message), redact.fields(fields)),
    signal,
    now,
  }
  const { authorize } = connector
  if (authorize === undefined) return context
  // Whatever the phase, logging in changes nothing in the tool.
  const anteroom = { ...context, http: httpFor({ ...basis, mode: 'read' }) }
  return { ...context, http: authorized(context.http, login, () => authorize(anteroom)) }
}
