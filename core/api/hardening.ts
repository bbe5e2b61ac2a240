import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import helmet from 'helmet'

/** A hub may run on plain http inside a network: nothing may be upgraded to https by force. */
const policy = helmet({
  contentSecurityPolicy: { directives: { 'frame-ancestors': ["'none'"], 'upgrade-insecure-requests': null } },
})

/** The headers of the security policy. They are the same for every answer: it is asked once. */
export const hardening: Readonly<Record<string, string>> = (() => {
  const response = new ServerResponse(new IncomingMessage(new Socket()))
  policy(response.req, response, () => undefined)
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]))
})()

/** For whatever answers in its own way. */
export const harden = (response: ServerResponse): void => {
  for (const [name, value] of Object.entries(hardening)) response.setHeader(name, value)
}
