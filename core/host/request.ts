import type { Call } from '../contract/connector.ts'
import { ConnectorError } from '../contract/errors.ts'
import type { Outgoing } from './transport.ts'

type Headers = Readonly<Record<string, string>>
interface Body {
  readonly type: string
  readonly text: string
}

const lowerCase = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))

const queryText = (query: Call<unknown>['query'] = {}) => {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.append(name, String(value))
  return parameters.size > 0 ? `?${parameters}` : ''
}

const bodyOf = ({ form, json }: Call<unknown>): Body | null => {
  if (form) return { type: 'application/x-www-form-urlencoded', text: String(new URLSearchParams(form)) }
  return json === undefined ? null : { type: 'application/json', text: JSON.stringify(json) }
}

/** What `connect` of a connector answered. */
export interface Connection {
  readonly baseUrl: string
  readonly headers: Headers
  readonly bases?: Readonly<Record<string, string>> | undefined
}
const addressFor = ({ base }: Call<unknown>, { baseUrl, bases = {} }: Connection): string => {
  const address = base === undefined ? baseUrl : bases[base]
  if (address === undefined) throw new ConnectorError('bug', `calling the base ${base}: connect names no such address`)
  return address.replace(/\/+$/, '')
}

/** A connector's call made ready for the wire. The call's own headers win over the connection's. */
export const requestFor = (
  call: Call<unknown>,
  connection: Connection,
  bounds: Pick<Outgoing, 'timeoutMs' | 'signal'>,
): Outgoing => {
  const body = bodyOf(call)
  const own = { accept: 'application/json', 'user-agent': 'leitstern', ...(body ? { 'content-type': body.type } : {}) }
  return {
    method: call.method,
    baseUrl: addressFor(call, connection),
    path: call.path + queryText(call.query),
    headers: { ...own, ...lowerCase(connection.headers), ...lowerCase(call.headers ?? {}) },
    body: body?.text,
    timeoutMs: bounds.timeoutMs,
    signal: bounds.signal,
  }
}
