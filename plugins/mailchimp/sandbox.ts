import { createHmac } from 'node:crypto'
import type {
  Sandbox,
  SandboxContact,
  SandboxFactory,
  SandboxReply,
  SandboxRequest,
} from '../../core/contract/sandbox.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { answer, audienceId, problem } from './sandbox-api.ts'
import { type AudienceInMemory, createAudience, type Stored } from './sandbox-audience.ts'
import { half } from './sandbox-half.ts'
import { newsletter } from './sandbox-page.ts'

const signature = (seconds: string, body: Uint8Array): string =>
  createHmac('sha256', webhookSecret).update(`${seconds}.`).update(body).digest('hex')

const apiKey = 'sandboxkey0123456789abcdef-us0'
const webhookSecret = 'sandbox-signing-secret'
const credential = (key: string) => `Basic ${Buffer.from(`leitstern:${key}`).toString('base64')}`

const fieldFor = (tag: string, value: FieldValue) => {
  if (typeof value === 'boolean') return { tag, name: tag, type: 'radio', choices: ['true', 'false'] }
  return { tag, name: tag, type: typeof value === 'number' ? 'number' : 'text', choices: [] }
}
const statusFor = (consent: boolean | undefined) =>
  consent === undefined ? 'transactional' : consent ? 'subscribed' : 'unsubscribed'

/** Somebody made them in Mailchimp itself: an address that was forgotten may come back this way. */
const seedOne = (
  audience: AudienceInMemory,
  { email, firstName, lastName, fields, memberships, consent }: SandboxContact,
) => {
  const there = new Set(audience.fields().map(({ tag }) => tag))
  for (const [tag, value] of Object.entries(fields)) if (!there.has(tag)) audience.addField(fieldFor(tag, value))
  audience.remember(email)
  const merge_fields = { FNAME: firstName, LNAME: lastName, ...fields }
  const result = audience.put({ email_address: email, status: statusFor(consent), merge_fields })
  if ('error' in result) throw new Error(`seeding ${email}: ${result.error}`)
  const wanted = memberships.map((membership) => audience.tagNamed(membership.replace(/^tag\//, '')).id)
  for (const { id } of audience.tags()) audience.setTag(result.member, id, wanted.includes(id))
}

const consents: Readonly<Record<string, boolean>> = { subscribed: true, unsubscribed: false, cleaned: false }
const contactOf = (audience: AudienceInMemory, { email, status, merges, tags }: Stored): SandboxContact => {
  const { FNAME, LNAME, ...others } = merges
  const truths = new Set(audience.fields().flatMap(({ tag, type }) => (type === 'radio' ? [tag] : [])))
  const filled = Object.entries(others).filter(([, value]) => value !== '')
  const names = new Map(audience.tags().map(({ id, name }) => [id, name]))
  return {
    email,
    firstName: String(FNAME ?? '') || undefined,
    lastName: String(LNAME ?? '') || undefined,
    fields: Object.fromEntries(filled.map(([tag, value]) => [tag, truths.has(tag) ? value === 'true' : value])),
    memberships: tags.map((id) => `tag/${names.get(id)}`).sort(),
    consent: consents[status],
  }
}

/** What Mailchimp sends when somebody follows the unsubscribe link of a newsletter. */
const unsubscription = (audience: AudienceInMemory, email: string, now: number): RawRequest => {
  const merges = Object.entries(audience.find(email)?.merges ?? {})
  const form = new URLSearchParams([
    ['type', 'unsubscribe'],
    ['fired_at', new Date(now).toISOString().slice(0, 19).replace('T', ' ')],
    ['data[action]', 'unsub'],
    ['data[reason]', 'manual'],
    ['data[id]', audience.hashOf(email).slice(0, 10)],
    ['data[email]', email],
    ['data[email_type]', 'html'],
    ['data[merges][EMAIL]', email],
    ...merges.map(([tag, value]): [string, string] => [`data[merges][${tag}]`, String(value)]),
    ['data[list_id]', audienceId],
  ])
  const body = Buffer.from(String(form))
  const seconds = String(Math.floor(now / 1000))
  return {
    method: 'POST',
    url: '/v1/hooks/mailchimp',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-mailchimp-signature': `t=${seconds},v1=${signature(seconds, body)}`,
    },
    body,
  }
}

/** A Mailchimp account with one audience, in memory. */
export const sandbox: SandboxFactory = ({ now, account }): Sandbox => {
  const audience = createAudience(now, account)
  const settings = (url: string) => ({ apiKey, audience: audienceId, baseUrl: `${url}/3.0`, webhookSecret })
  const contacts = () =>
    audience
      .members()
      .map((member) => contactOf(audience, member))
      .sort((a, b) => (a.email < b.email ? -1 : 1))
  const handle = (request: SandboxRequest): SandboxReply =>
    request.headers.authorization === credential(apiKey)
      ? answer(audience, request)
      : problem(
          401,
          'API Key Invalid',
          "Your API key may be invalid, or you've attempted to access the wrong datacenter.",
        )

  return {
    settings,
    wrongSettings: (url) => ({ ...settings(url), apiKey: 'nosuchkey0123456789abcdef-us0' }),
    handle,
    half: (request) => half(handle, request),
    state: audience.state,
    restore: audience.restore,
    seed: (given) => {
      for (const contact of given) seedOne(audience, contact)
    },
    contacts,
    page: (email) => newsletter(contacts().find((contact) => contact.email.toLowerCase() === email.toLowerCase())),
    webhook: (email, at) => unsubscription(audience, email, at),
    refused: 'nobody@nowhere.invalid',
  }
}
