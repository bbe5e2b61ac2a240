import { createHmac } from 'node:crypto'
import type { Sandbox, SandboxContact, SandboxFactory } from '../../core/contract/sandbox.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { type AccountInMemory, createAccount, importBody, type Stored } from './sandbox-account.ts'
import { accepted, shownJob, unauthorised } from './sandbox-answer.ts'
import { answer } from './sandbox-api.ts'
import { emailTo } from './sandbox-page.ts'

const apiKey = 'pk_sandbox_0123456789abcdef'
const webhookSecret = 'sandbox-webhook-secret'
const credential = `Klaviyo-API-Key ${apiKey}`

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
const filled = (properties: Stored['properties']): Readonly<Record<string, FieldValue>> =>
  Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => (isScalar(value) && value !== '' ? [[name, value]] : [])),
  )
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

const consents: Readonly<Record<string, boolean>> = { SUBSCRIBED: true, UNSUBSCRIBED: false }
const consentWord = (consent: boolean | undefined) => (consent ? 'SUBSCRIBED' : 'UNSUBSCRIBED')

const seedOne = (account: AccountInMemory, contact: SandboxContact) => {
  const { email, firstName, lastName, fields, memberships, consent } = contact
  const profile = account.find(email) ?? account.add()
  account.write(profile, {
    attributes: { email, first_name: firstName ?? null, last_name: lastName ?? null, properties: { ...fields } },
  })
  const lists = memberships.map((membership) => account.listNamed(membership.replace(/^list\//, '')).id)
  account.alter(profile, { lists: lists.sort(), ...(consent === undefined ? {} : { consent: consentWord(consent) }) })
}
const seen = (account: AccountInMemory, { attributes, properties, lists, consent }: Stored): SandboxContact => {
  const names = new Map(account.held().lists.map(({ id, name }) => [id, name]))
  return {
    email: textOf(attributes.email) ?? '',
    firstName: textOf(attributes.first_name),
    lastName: textOf(attributes.last_name),
    fields: filled(properties),
    memberships: lists.map((id) => `list/${names.get(id)}`).sort(),
    consent: consents[consent],
  }
}

/** What Klaviyo sends when somebody follows the unsubscribe link of an e-mail. */
const unsubscription = (account: AccountInMemory, email: string, now: number): RawRequest => {
  const id = `EVENT-${account.find(email)?.id}-${now}`
  const timestamp = new Date(now).toUTCString()
  const data = {
    type: 'event',
    id,
    attributes: { timestamp: Math.floor(now / 1000), datetime: new Date(now).toISOString(), event_properties: {} },
    relationships: { profile: { data: { type: 'profile', id: account.find(email)?.id } } },
  }
  const delivery = {
    data: [{ topic: 'event:klaviyo.unsubscribed_from_email_marketing', external_id: id, payload: { data } }],
    meta: {
      klaviyo_account_id: account.held().id,
      klaviyo_webhook_id: 'WEBHOOK',
      timestamp: new Date(now).toISOString(),
    },
  }
  const body = Buffer.from(JSON.stringify(delivery))
  return {
    method: 'POST',
    url: '/v1/hooks/klaviyo',
    headers: {
      'content-type': 'application/json',
      'klaviyo-webhook-id': 'WEBHOOK',
      'klaviyo-timestamp': timestamp,
      'klaviyo-signature': createHmac('sha256', webhookSecret).update(body).update(timestamp).digest('hex'),
    },
    body,
  }
}

/** An import that breaks down in the middle: Klaviyo cancels it with half of its profiles written. */
const half = (account: AccountInMemory, request: Parameters<Sandbox['half']>[0]): ReturnType<Sandbox['half']> => {
  const given = request.method === 'POST' ? importBody.safeParse(request.body).data : undefined
  const profiles = given?.data.attributes.profiles.data ?? []
  if (given === undefined || profiles.length < 2) return null
  return accepted({ data: shownJob(account.enqueue(given, Math.ceil(profiles.length / 2))) })
}

/** A Klaviyo account in memory. */
export const sandbox: SandboxFactory = ({ now, account: name = 'SANDBX' }): Sandbox => {
  const account = createAccount(now, name)
  const settings = (url: string) => ({ apiKey, baseUrl: url, webhookSecret })
  const contacts = () => {
    account.catchUp()
    return account
      .held()
      .profiles.map((profile) => seen(account, profile))
      .sort((a, b) => (a.email < b.email ? -1 : 1))
  }
  return {
    settings,
    wrongSettings: (url) => ({ ...settings(url), apiKey: 'pk_nobody_0123456789abcdef' }),
    handle: (request) => {
      account.catchUp()
      return request.headers.authorization === credential ? answer(account, request) : unauthorised
    },
    half: (request) => half(account, request),
    state: () => {
      account.catchUp()
      return structuredClone(account.held())
    },
    restore: account.restore,
    seed: (given) => {
      for (const contact of given) seedOne(account, contact)
    },
    contacts,
    page: (email) => emailTo(contacts().find((contact) => contact.email === email.toLowerCase())),
    webhook: (email, at) => unsubscription(account, email, at),
    refused: 'nobody@nowhere.invalid',
  }
}
