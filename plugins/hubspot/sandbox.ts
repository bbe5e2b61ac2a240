import { createHmac } from 'node:crypto'
import type { Sandbox, SandboxFactory, SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { optOut } from './map.ts'
import { failure } from './sandbox-answer.ts'
import { half } from './sandbox-half.ts'
import { pageOf } from './sandbox-page.ts'
import { blockedAddress, idOf, newPortal, portal, seed, seen } from './sandbox-portal.ts'
import { routes } from './sandbox-routes.ts'

const accessToken = 'pat-sandbox-0000'
const clientSecret = 'sandbox-client-secret'
const webhookUrl = 'https://hub.example.test/webhooks/hubspot'

const signatureOf = ({ method, body }: RawRequest, timestamp: string): string =>
  createHmac('sha256', clientSecret).update(`${method}${webhookUrl}`).update(body).update(timestamp).digest('base64')

const noToken = () => failure(401, 'INVALID_AUTHENTICATION', 'Authentication credentials not found.')
const escapedPattern = (text: string) => text.replace(/[.]/g, '\\.').replace('*', '([^/]+)')
const table = Object.entries(routes).map(([pattern, route]) => ({
  pattern: new RegExp(`^${escapedPattern(pattern)}$`),
  route,
}))

/** Somebody clicks on unsubscribe in one of HubSpot's own mails. */
const optOutEvent = (email: string, now: number) => ({
  eventId: now % 1_000_000_000,
  subscriptionId: 1,
  portalId: 1_234_567,
  appId: 1,
  occurredAt: now,
  subscriptionType: 'contact.propertyChange',
  attemptNumber: 0,
  objectId: Number(idOf('contact', email)),
  propertyName: optOut,
  propertyValue: 'true',
  changeSource: 'EMAIL',
})
const signed = (events: readonly object[], now: number): RawRequest => {
  const request = { method: 'POST', url: webhookUrl, headers: {}, body: Buffer.from(JSON.stringify(events)) }
  const headers = {
    'content-type': 'application/json',
    'x-hubspot-request-timestamp': String(now),
    'x-hubspot-signature-v3': signatureOf(request, String(now)),
  }
  return { ...request, headers }
}

/** A HubSpot account in small. */
export const sandbox: SandboxFactory = ({ now, account }) => {
  let held = newPortal(account)
  const settings = (baseUrl: string) => ({ baseUrl, accessToken, clientSecret, webhookUrl })
  const handle = ({ method, path, headers, body }: SandboxRequest): SandboxReply => {
    if (headers.authorization !== `Bearer ${accessToken}`) return noToken()
    const asked = `${method} ${path.split('?')[0]}`
    for (const { pattern, route } of table) {
      const match = pattern.exec(asked)
      if (match) return route({ held, part: decodeURIComponent(match[1] ?? ''), body, now: now() })
    }
    return failure(404, 'OBJECT_NOT_FOUND', 'resource not found')
  }
  return {
    settings,
    wrongSettings: (baseUrl) => ({ ...settings(baseUrl), accessToken: 'pat-sandbox-9999' }),
    handle,
    half: (request) => half(handle, request),
    state: () => structuredClone(held),
    restore: (state) => {
      held = portal.parse(state)
    },
    seed: (contacts) => {
      // One after another, as an import makes them.
      for (const [index, contact] of contacts.entries()) seed(held, contact, now() - (contacts.length - 1 - index))
    },
    contacts: () =>
      Object.values(held.contacts)
        .map((contact) => seen(held, contact))
        .sort((a, b) => (a.email < b.email ? -1 : 1)),
    page: (email) => {
      const contact = held.contacts[idOf('contact', email)]
      return pageOf(email, contact ? seen(held, contact) : null)
    },
    webhook: (email, at) => signed([optOutEvent(email, at)], at),
    refused: blockedAddress,
  } satisfies Sandbox
}
