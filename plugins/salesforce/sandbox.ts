import type { Sandbox, SandboxFactory, SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { problem } from './sandbox-collections.ts'
import { half } from './sandbox-half.ts'
import { newOrg, org, refusedAddress, rowsOf, seed, seen } from './sandbox-org.ts'
import { pageOf } from './sandbox-page.ts'
import { routes } from './sandbox-routes.ts'

const clientId = 'sandbox-consumer-key'
const clientSecret = 'sandbox-consumer-secret'
const accessToken = '00Dsandbox!AQsandbox.access.token'

const escapedPattern = (text: string) => text.replace(/[.]/g, '\\.').replaceAll('*', '([^/]+)')
const table = Object.entries(routes).map(([pattern, route]) => ({
  pattern: new RegExp(`^${escapedPattern(pattern)}$`),
  route,
}))

/** The token endpoint speaks OAuth and not REST. */
const token = (body: unknown, baseUrl: string): SandboxReply => {
  const form = new URLSearchParams(String(body))
  if (form.get('grant_type') !== 'client_credentials')
    return { status: 400, json: { error: 'unsupported_grant_type', error_description: 'grant type not supported' } }
  if (form.get('client_id') !== clientId || form.get('client_secret') !== clientSecret)
    return { status: 400, json: { error: 'invalid_client', error_description: 'invalid client credentials' } }
  return { status: 200, json: { access_token: accessToken, instance_url: baseUrl, token_type: 'Bearer' } }
}

/** A Salesforce org in small. */
export const sandbox: SandboxFactory = ({ now, account }) => {
  let held = newOrg(account)
  const settings = (baseUrl: string) => ({ baseUrl, clientId, clientSecret })
  const answer = ({ method, path, body }: SandboxRequest): SandboxReply => {
    const { pathname, searchParams } = new URL(path, 'http://sandbox.invalid')
    for (const { pattern, route } of table) {
      const match = pattern.exec(`${method} ${pathname}`)
      if (match) return route({ held, parts: match.slice(1), query: searchParams, body, now: now() })
    }
    return problem(404, 'NOT_FOUND', 'The requested resource does not exist')
  }
  const handle = (request: SandboxRequest): SandboxReply => {
    const { path, headers, body } = request
    if (path === '/services/oauth2/token') return token(body, `http://${headers.host}`)
    if (headers.authorization !== `Bearer ${accessToken}`)
      return problem(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
    return { headers: { 'sforce-limit-info': 'api-usage=18/100000' }, ...answer(request) }
  }
  const people = () =>
    ['Contact', 'Lead'].flatMap((object) => rowsOf(held, object).map((row) => seen(held, object, row)))
  return {
    settings,
    wrongSettings: (baseUrl) => ({ ...settings(baseUrl), clientSecret: 'another-consumer-secret' }),
    handle,
    half: (request) => half(handle, request),
    state: () => structuredClone(held),
    restore: (state) => {
      held = org.parse(state)
    },
    seed: (contacts) => {
      for (const contact of contacts) seed(held, contact, now())
    },
    contacts: () => people().sort((a, b) => (a.email < b.email ? -1 : 1)),
    page: (email) =>
      pageOf(email, people().find((person) => person.email.toLowerCase() === email.toLowerCase()) ?? null),
    fieldFor: (name) => `${name}__c`,
    refused: refusedAddress,
  } satisfies Sandbox
}
