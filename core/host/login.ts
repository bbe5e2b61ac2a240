import type { Call, Context, Grant } from '../contract/connector.ts'
import { ConnectorError } from '../contract/errors.ts'
import { withoutScheme } from './redact.ts'

/** A tool's grant, kept for all contexts of one connector. */
export interface Login {
  /** What holds now; asked for by `ask` where there is none, once for all who want it at the same time. */
  readonly grant: (ask: () => Promise<Grant>) => Promise<Grant>
  /** The tool refused it: the next one is asked for, unless somebody has done so already. */
  readonly drop: (refused: Grant) => void
  /** Everything that was ever granted and may still be quoted by the tool. */
  readonly credentials: () => readonly string[]
}

/** A grant is left a little before it runs out: it must still hold when the request arrives. */
const marginMs = 30_000
/** Of these many grants the credentials are remembered. */
const remembered = 4

export const loginFor = (now: () => number): Login => {
  let held: Grant | null = null
  let asking: Promise<Grant> | null = null
  let granted: readonly Grant[] = []
  const holds = ({ expiresAt }: Grant) => expiresAt === null || expiresAt - marginMs > now()
  const renew = async (ask: () => Promise<Grant>) => {
    try {
      // Not at once: what throws before it is awaited would be over before it is known to have begun, and stay.
      const grant = await Promise.resolve().then(ask)
      held = grant
      granted = [grant, ...granted].slice(0, remembered)
      return grant
    } finally {
      asking = null
    }
  }
  return {
    async grant(ask) {
      if (held !== null && holds(held)) return held
      asking ??= renew(ask)
      return asking
    },
    drop(refused) {
      if (held === refused) held = null
    },
    credentials: () => granted.flatMap(({ headers }) => Object.values(headers).flatMap(withoutScheme)),
  }
}

type Http = Context<unknown>['http']
const isRefused = (error: unknown) => error instanceof ConnectorError && error.status === 401

/**
 * Sends every call with the tool's grant. A call that the tool answers 401 has not been done: it is sent once more, with
 * another grant.
 */
export const authorized = (http: Http, login: Login, ask: () => Promise<Grant>): Http => {
  const send = <T>(call: Call<T>, { headers }: Grant) => http({ ...call, headers: { ...headers, ...call.headers } })
  return async (call) => {
    const grant = await login.grant(ask)
    try {
      return await send(call, grant)
    } catch (error) {
      if (!isRefused(error)) throw error
      login.drop(grant)
      return send(call, await login.grant(ask))
    }
  }
}
