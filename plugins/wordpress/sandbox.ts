import { createHmac } from 'node:crypto'
import type {
  Sandbox,
  SandboxContact,
  SandboxFactory,
  SandboxReply,
  SandboxRequest,
} from '../../core/contract/sandbox.ts'
import { standardKey } from '../../core/contract/standard-webhooks.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { half } from './sandbox-half.ts'
import { frontPage } from './sandbox-page.ts'
import { answer } from './sandbox-rest.ts'
import { type Account, createSite, type MetaField, refuse, type Site } from './sandbox-site.ts'

const signature = (id: string, seconds: string, body: Uint8Array): string =>
  createHmac('sha256', standardKey(webhookSecret) ?? '')
    .update(`${id}.${seconds}.`)
    .update(body)
    .digest('base64')

const login = 'hub'
const password = 'sand boxs andb oxsa ndbo xsan'
const webhookSecret = 'whsec_d29yZHByZXNzLXNhbmRib3gtc2VjcmV0'
const credential = `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`

const fieldFor = (name: string, value: FieldValue): MetaField => {
  const type = typeof value === 'number' ? 'number' : typeof value === 'boolean' ? 'boolean' : 'string'
  return { name, label: name, type, single: type === 'string' }
}
/** Somebody made them in the site itself, so nothing is asked and nobody is told. */
const seedOne = (site: Site, { email, firstName, lastName, fields }: SandboxContact) => {
  site.register(Object.entries(fields).map(([name, value]) => fieldFor(name, value)))
  const lists = new Set(site.fields().flatMap(({ name, single }) => (single ? [] : [name])))
  const meta = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, lists.has(name) ? [value] : value]),
  )
  const given = { first_name: firstName, last_name: lastName, roles: ['subscriber'], meta }
  const before = site.byEmail(email)
  const { status } = before
    ? site.update(before.id, given)
    : site.create({ ...given, email, username: email.replace(/[^a-z0-9]/gi, '-') })
  if (status >= 400) throw new Error(`seeding ${email}: the site answers ${status}`)
}

const asSeen = (name: string) =>
  name.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&') || undefined
const contactOf = ({ email, first_name, last_name, meta }: Account): SandboxContact => ({
  email,
  firstName: asSeen(first_name),
  lastName: asSeen(last_name),
  fields: Object.fromEntries(
    Object.entries(meta).flatMap(([name, [row]]) => {
      const { data = null } = fieldValue.safeParse(row)
      return data === null || data === '' ? [] : [[name, data] as const]
    }),
  ),
  memberships: [],
})

const updateHook = (site: Site, email: string, now: number): RawRequest => {
  const account = site.byEmail(email)
  const data = account ? site.shown(account) : { id: 0, email }
  const body = Buffer.from(JSON.stringify({ type: 'user.updated', timestamp: new Date(now).toISOString(), data }))
  const id = `msg_${data.id}_${now}`
  const seconds = String(Math.floor(now / 1000))
  return {
    method: 'POST',
    url: '/v1/hooks/wordpress',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${signature(id, seconds, body)}`,
    },
    body,
  }
}

/** A WordPress site in memory: its users, their registered meta, and the REST API in front of them. */
export const sandbox: SandboxFactory = ({ now, account }): Sandbox => {
  const site = createSite(now, account)
  const settings = (url: string) => ({ url, user: login, password, webhookSecret })
  const handle = (request: SandboxRequest): SandboxReply =>
    request.headers.authorization === credential
      ? answer(site, request)
      : refuse(401, 'rest_not_logged_in', 'You are not currently logged in.')
  const contacts = () =>
    site
      .users()
      .filter(({ roles }) => !roles.includes('administrator'))
      .map(contactOf)
      .sort((a, b) => (a.email < b.email ? -1 : 1))

  return {
    settings,
    wrongSettings: (url) => ({ ...settings(url), password: 'this isno tthe pass word atal' }),
    handle,
    half: (request) => half(handle, request),
    state: site.state,
    restore: site.restore,
    seed: (given) => {
      for (const contact of given) seedOne(site, contact)
    },
    contacts,
    page: (email) => frontPage(contacts().find((contact) => contact.email.toLowerCase() === email.toLowerCase())),
    webhook: (email, at) => updateHook(site, email, at),
    refused: 'nobody@localhost',
  }
}
