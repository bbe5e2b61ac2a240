import type { Sandbox, SandboxContact, SandboxFactory } from '../../core/contract/sandbox.ts'
import { type AppInMemory, appId, createApp, problem, type Stored } from './sandbox-app.ts'
import { lockScreen } from './sandbox-page.ts'

const apiKey = 'os_v2_app_sandbox0123456789abcdef'

const seedOne = (app: AppInMemory, { email, firstName, lastName, fields, consent }: SandboxContact) => {
  const id = email.toLowerCase()
  const user = app.find('external_id', id) ?? app.add({ external_id: id })
  const filled = Object.entries(fields).map(([name, value]) => [name, String(value ?? '')])
  app.tag(user, { first_name: firstName ?? '', last_name: lastName ?? '', ...Object.fromEntries(filled) })
  if (consent !== undefined) user.subscribed = consent
}
const seen = ({ identity, tags, subscribed }: Stored): SandboxContact => {
  const { first_name, last_name, ...fields } = tags
  return {
    email: identity.external_id ?? '',
    firstName: first_name,
    lastName: last_name,
    fields,
    memberships: [],
    consent: subscribed,
  }
}

/** A OneSignal app in memory, that uses e-mail addresses as External IDs. */
export const sandbox: SandboxFactory = ({ account: name = 'sandbox' }): Sandbox => {
  const app = createApp(name)
  const tagTypes = { ls_number: 'number', ls_flag: 'boolean' }
  const settings = (url: string) => ({ appId, apiKey, baseUrl: url, tagTypes })
  const contacts = () =>
    app
      .held()
      .users.map(seen)
      .sort((a, b) => (a.email < b.email ? -1 : 1))
  return {
    settings,
    wrongSettings: (url) => ({ ...settings(url), apiKey: 'os_v2_app_nobody0123456789abcdef' }),
    handle: (request) =>
      request.headers.authorization === `Key ${apiKey}`
        ? app.answer(request)
        : problem(401, 'Access denied. Please include an Authorization header with a valid API key.'),
    // One user a request.
    half: () => null,
    state: () => structuredClone(app.held()),
    restore: app.restore,
    seed: (given) => {
      for (const contact of given) seedOne(app, contact)
    },
    contacts,
    page: (email) => lockScreen(contacts().find((contact) => contact.email === email.toLowerCase())),
    refused: 'null',
  }
}
