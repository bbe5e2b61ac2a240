import type { Sandbox, SandboxContact, SandboxFactory } from '../../core/contract/sandbox.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { type AccountInMemory, createAccount, type Stored } from './sandbox-account.ts'
import { answer, problem } from './sandbox-api.ts'
import { emailTo } from './sandbox-page.ts'

const apiKey = 'xkeysib-sandbox-0123456789abcdef'
const webhookSecret = 'sandbox-webhook-token'
const types: Readonly<Record<string, string>> = { number: 'float', boolean: 'boolean' }
const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

const seedOne = (account: AccountInMemory, contact: SandboxContact) => {
  const { email, firstName, lastName, fields, memberships, consent } = contact
  const { attributes } = account.held()
  const missing = Object.entries(fields).filter(([name]) => !attributes.some((one) => one.name === name))
  for (const [name, value] of missing)
    attributes.push({ name, category: 'normal', type: types[typeof value] ?? 'text' })
  const stored = account.find(email) ?? account.add(email)
  const listIds = memberships.map((membership) => account.into('lists', membership.replace(/^list\//, '')).id)
  const emptied = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? '']))
  account.write(stored, {
    attributes: { FIRSTNAME: firstName ?? '', LASTNAME: lastName ?? '', ...emptied },
    listIds,
    unlinkListIds: stored.listIds.filter((id) => !listIds.includes(id)),
    emailBlacklisted: consent === false,
    updateEnabled: true,
  })
}
const seen = (account: AccountInMemory, { email, attributes, listIds, emailBlacklisted }: Stored): SandboxContact => {
  const { FIRSTNAME, LASTNAME, ...others } = attributes
  const names = new Map(account.held().lists.map(({ id, name }) => [id, name]))
  const fields: Readonly<Record<string, FieldValue>> = others
  return {
    email,
    firstName: textOf(FIRSTNAME),
    lastName: textOf(LASTNAME),
    fields,
    memberships: listIds.map((id) => `list/${names.get(id)}`).sort(),
    consent: emailBlacklisted ? false : undefined,
  }
}

/** What Brevo sends when somebody follows the unsubscribe link of a campaign. */
const unsubscription = (email: string, now: number): RawRequest => ({
  method: 'POST',
  url: '/v1/hooks/brevo',
  headers: { 'content-type': 'application/json', authorization: `Bearer ${webhookSecret}` },
  body: Buffer.from(
    JSON.stringify({
      id: 7,
      camp_id: 12,
      email,
      'campaign name': 'Autumn',
      event: 'unsubscribe',
      ts_event: Math.floor(now / 1000),
    }),
  ),
})

/** A Brevo account in memory. */
export const sandbox: SandboxFactory = ({ now, account: name = 'sandbox' }): Sandbox => {
  const account = createAccount(now, `owner@${name}.example`)
  const settings = (url: string) => ({ apiKey, baseUrl: `${url}/v3`, webhookSecret })
  const contacts = () =>
    account
      .held()
      .contacts.map((contact) => seen(account, contact))
      .sort((a, b) => (a.email < b.email ? -1 : 1))
  return {
    settings,
    wrongSettings: (url) => ({ ...settings(url), apiKey: 'xkeysib-nobody-0123456789abcdef' }),
    handle: (request) =>
      request.headers['api-key'] === apiKey ? answer(account, request) : problem(401, 'unauthorized', 'Key not found'),
    // Brevo takes a batch as a whole or not at all.
    half: () => null,
    state: () => structuredClone(account.held()),
    restore: account.restore,
    seed: (given) => {
      for (const contact of given) seedOne(account, contact)
    },
    contacts,
    page: (email) => emailTo(contacts().find((contact) => contact.email === email.toLowerCase())),
    webhook: unsubscription,
    refused: 'nobody@nowhere.invalid',
  }
}
