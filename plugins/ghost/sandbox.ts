import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type {
  Sandbox,
  SandboxContact,
  SandboxFactory,
  SandboxReply,
  SandboxRequest,
} from '../../core/contract/sandbox.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { noteIn, noteOf } from './note.ts'
import { answer, problem } from './sandbox-api.ts'
import { memberPage } from './sandbox-page.ts'
import { createSite, type Kept, newsletter, type Site } from './sandbox-site.ts'

const adminKey = `${'0a'.repeat(12)}:${'c0ffee42'.repeat(8)}`
const otherKey = `${'0a'.repeat(12)}:${'deadbeef'.repeat(8)}`
const webhookSecret = 'sandbox-webhook-secret'
const webhookUrl = 'https://hub.example/v1/hooks/ghost'

const claims = z.object({ iat: z.number(), exp: z.number(), aud: z.literal('/admin/') })
const head = z.object({ alg: z.literal('HS256'), kid: z.string() })
const jsonIn = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))

/** Whether a token is signed with the key of this site and not older than five minutes. */
const isGood = (authorization: string, now: number): boolean => {
  const [, first = '', second = '', signature = ''] = /^Ghost ([\w-]+)\.([\w-]+)\.([\w-]+)$/.exec(authorization) ?? []
  if (signature === '') return false
  const [id, secret = ''] = adminKey.split(':')
  const expected = createHmac('sha256', Buffer.from(secret, 'hex')).update(`${first}.${second}`).digest('base64url')
  const { iat, exp } = claims.parse(jsonIn(second))
  const seconds = now / 1000
  return head.parse(jsonIn(first)).kid === id && signature === expected && exp > seconds && iat > seconds - 301
}

const seedOne = (site: Site, contact: SandboxContact) => {
  const { email, firstName, lastName, fields, memberships, consent } = contact
  const { name: givenName, note = null, ...values } = fields
  for (const field of Object.keys(values)) site.nameField(field)
  const before = site.members().find((one) => one.email.toLowerCase() === email.toLowerCase())
  const old = noteIn(before?.note ?? null)
  const text = note === null ? old.text : String(note)
  const labels = memberships.map((membership) => ({ name: membership.replace(/^label\//, '') }))
  const input = {
    name: String(givenName ?? [firstName, lastName].filter(Boolean).join(' ')),
    note: noteOf({ text, values: { ...old.values, ...values } }),
    labels,
    newsletters: consent === true ? [newsletter.id] : [],
  }
  for (const { name } of labels) site.labelNamed(name)
  if (before) site.alter(before, input)
  else site.add({ email, ...input })
}
const seen = (site: Site, { email, name, note, labels, newsletters }: Kept): SandboxContact => {
  const { text, values } = noteIn(note)
  const [firstName, ...rest] = (name ?? '').split(' ')
  const names = site.labels().filter(({ id }) => labels.includes(id))
  return {
    email,
    firstName: firstName || undefined,
    lastName: rest.join(' ') || undefined,
    fields: { ...values, ...(text === '' ? {} : { note: text }) },
    memberships: names.map((label) => `label/${label.name}`).sort(),
    consent: newsletters.length > 0,
  }
}

/** What Ghost sends when a member was edited: of what has not been loaded it says nothing. */
const edited = (site: Site, email: string, now: number): RawRequest => {
  const kept = site.members().find((one) => one.email === email)
  const current = { id: kept?.id, email, name: kept?.name, note: kept?.note, subscribed: false, labels: [] }
  const body = Buffer.from(JSON.stringify({ member: { current, previous: { name: null } } }))
  const hash = createHmac('sha256', webhookSecret).update(body).update(String(now)).digest('hex')
  return {
    method: 'POST',
    url: '/v1/hooks/ghost',
    headers: { 'content-type': 'application/json', 'x-ghost-signature': `sha256=${hash}, t=${now}` },
    body,
  }
}

/** A Ghost site in memory. */
export const sandbox: SandboxFactory = ({ now, account }): Sandbox => {
  const site = createSite(now, account)
  const settings = (url: string) => ({ url, adminKey, noteFields: [...site.noteFields()], webhookUrl, webhookSecret })
  const contacts = () =>
    site
      .members()
      .map((kept) => seen(site, kept))
      .sort((a, b) => (a.email < b.email ? -1 : 1))
  const handle = (request: SandboxRequest): SandboxReply =>
    isGood(request.headers.authorization ?? '', now())
      ? answer(site, request)
      : problem(401, 'Invalid token: invalid signature')

  return {
    settings,
    wrongSettings: (url) => ({ ...settings(url), adminKey: otherKey }),
    handle,
    // Every call writes one member.
    half: () => null,
    state: site.state,
    restore: site.restore,
    seed: (given) => {
      for (const contact of given) seedOne(site, contact)
    },
    contacts,
    page: (email) => memberPage(contacts().find((contact) => contact.email.toLowerCase() === email.toLowerCase())),
    webhook: (email, at) => edited(site, email, at),
    refused: 'nobody@nowhere',
  }
}
