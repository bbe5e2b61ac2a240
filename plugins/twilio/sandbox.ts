import { createHash, createHmac } from 'node:crypto'
import type { Sandbox, SandboxContact, SandboxFactory } from '../../core/contract/sandbox.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import {
  type AccountInMemory,
  createAccount,
  objectIn,
  type StoredMessage,
  type StoredUser,
} from './sandbox-account.ts'
import { accountSid, answer, problem } from './sandbox-api.ts'
import { conversation } from './sandbox-page.ts'

const authToken = 'sandbox0123456789abcdef012345678'
const credential = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

const seedOne = (account: AccountInMemory, { email, firstName, lastName, fields }: SandboxContact) => {
  const identity = email.toLowerCase()
  const user = account.find(identity) ?? account.add(identity, '{}')
  const given = { ...objectIn(user.attributes), first_name: firstName, last_name: lastName, ...fields }
  const filled = Object.entries(given).filter(([, value]) => value !== null && value !== undefined)
  account.write(user, JSON.stringify(Object.fromEntries(filled)))
}
const seen = ({ identity, attributes }: StoredUser): SandboxContact => {
  const { first_name, last_name, ...others } = objectIn(attributes)
  const filled = Object.entries(others).flatMap(([name, value]): [string, FieldValue][] =>
    isScalar(value) && value !== '' ? [[name, value]] : [],
  )
  return {
    email: identity,
    firstName: textOf(first_name),
    lastName: textOf(last_name),
    fields: Object.fromEntries(filled),
    memberships: [],
  }
}

/** Every person texts from a number of its own. */
const numberOf = (email: string): string =>
  `+1555${(Number.parseInt(createHash('md5').update(email.toLowerCase()).digest('hex').slice(0, 10), 16) % 1e7).toString().padStart(7, '0')}`

/** What Twilio posts when an incoming message takes consent back; all of its parameters are signed, sorted. */
const incoming = ({ sid, from, to, body }: StoredMessage): RawRequest => {
  const url = '/v1/hooks/twilio'
  const form = {
    AccountSid: accountSid,
    Body: body,
    From: from,
    MessageSid: sid,
    NumMedia: '0',
    OptOutType: body,
    To: to,
  }
  const signed =
    url +
    Object.entries(form)
      .map(([name, value]) => `${name}${value}`)
      .join('')
  return {
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': createHmac('sha1', authToken).update(signed).digest('base64'),
    },
    body: Buffer.from(String(new URLSearchParams(form))),
  }
}

/** A Twilio account in memory, that uses e-mail addresses as identities. */
export const sandbox: SandboxFactory = ({ now, account: name = 'sandbox' }): Sandbox => {
  const account = createAccount(now, name)
  const settings = (url: string) => ({ accountSid, authToken, baseUrl: url, messagesUrl: url, historyDays: 2 })
  const contacts = () =>
    account
      .held()
      .users.map(seen)
      .sort((a, b) => (a.email < b.email ? -1 : 1))
  return {
    settings,
    wrongSettings: (url) => ({ ...settings(url), authToken: 'nobody00123456789abcdef012345678' }),
    handle: (request) =>
      request.headers.authorization === credential ? answer(account, request) : problem(401, 20003, 'Authenticate'),
    // One user a request.
    half: () => null,
    state: () => structuredClone(account.held()),
    restore: account.restore,
    seed: (given) => {
      for (const contact of given) seedOne(account, contact)
    },
    contacts,
    page: (email) => conversation(contacts().find((contact) => contact.email === email.toLowerCase())),
    webhook: (email, at) => incoming(account.receive(numberOf(email), 'STOP', at)),
    refused: `${'long'.repeat(70)}@example.test`,
  }
}
