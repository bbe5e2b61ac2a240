import type {
  Sandbox,
  SandboxContact,
  SandboxFactory,
  SandboxReply,
  SandboxRequest,
} from '../../core/contract/sandbox.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { answer, refuse } from './sandbox-api.ts'
import { frontPage } from './sandbox-page.ts'
import { createStore, type Kept, type Store } from './sandbox-store.ts'
import { webhookHeader } from './webhook.ts'

const token = 'sandbox-token'
const webhookSecret = 'sandbox-webhook-secret'
const shelf = { collection: 'articles', title: 'title', address: 'https://site.example/{locale}/{slug}' }

const typeFor = (value: FieldValue): string => {
  if (typeof value === 'number') return 'float'
  if (typeof value === 'boolean') return 'boolean'
  return /^\d{4}-\d\d-\d\dT/.test(String(value)) ? 'datetime' : 'text'
}
const seedOne = (store: Store, { email, fields }: SandboxContact) => {
  for (const [name, value] of Object.entries(fields)) store.define(name, typeFor(value))
  const before = store.visitors().find((one) => one.email?.toLowerCase() === email.toLowerCase())
  if (before) store.update(before, fields)
  else store.create({ ...fields, email })
}

const own = new Set(['id', 'documentId', 'email', 'createdAt', 'updatedAt'])
const seen = (kept: Kept): SandboxContact => {
  const filled = Object.entries(kept).flatMap(([name, value]) => {
    const { data = null } = fieldValue.safeParse(value)
    return own.has(name) || data === null || data === '' ? [] : [[name, data] as const]
  })
  return { email: kept.email ?? '', fields: Object.fromEntries(filled), memberships: [] }
}

const updated = (kept: Kept | undefined, now: number): RawRequest => {
  const createdAt = new Date(now).toISOString()
  const event = { event: 'entry.update', createdAt, model: 'visitor', uid: 'api::visitor.visitor', entry: kept ?? {} }
  return {
    method: 'POST',
    url: '/v1/hooks/strapi',
    headers: { 'content-type': 'application/json', 'x-strapi-event': 'entry.update', [webhookHeader]: webhookSecret },
    body: Buffer.from(JSON.stringify(event)),
  }
}

/** A Strapi server in memory, with a content type for visitors and one for articles. */
export const sandbox: SandboxFactory = ({ now, account }): Sandbox => {
  const store = createStore(now, account)
  const settings = (url: string) => ({ url, token, content: [shelf], webhookSecret })
  const contacts = () =>
    store
      .visitors()
      .map(seen)
      .sort((a, b) => (a.email < b.email ? -1 : 1))
  const handle = (request: SandboxRequest): SandboxReply =>
    request.headers.authorization === `Bearer ${token}`
      ? answer(store, request)
      : refuse(401, 'UnauthorizedError', { message: 'Missing or invalid credentials', details: {} })

  return {
    settings,
    wrongSettings: (url) => ({ ...settings(url), token: 'another-token' }),
    handle,
    // Every call writes one entry.
    half: () => null,
    state: store.state,
    restore: store.restore,
    seed: (given) => {
      for (const contact of given) seedOne(store, contact)
    },
    contacts,
    page: (email) => frontPage(contacts().find((contact) => contact.email.toLowerCase() === email.toLowerCase())),
    webhook: (email, at) =>
      updated(
        store.visitors().find((kept) => kept.email === email),
        at,
      ),
    refused: 'nobody@nowhere',
  }
}
