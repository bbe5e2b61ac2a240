import { z } from 'zod'
import { escaped } from '../../core/contract/html.ts'
import type {
  Sandbox,
  SandboxContact,
  SandboxFactory,
  SandboxReply,
  SandboxRequest,
} from '../../core/contract/sandbox.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'

const apiKey = 'the-key-of-the-sandbox'
const refused = 'refused@example.test'

const kept = z.object({ id: z.string(), email: z.string(), fields: z.record(z.string(), fieldValue) })
type Kept = z.output<typeof kept>
const field = z.object({ name: z.string(), type: z.enum(['text', 'number', 'boolean']) })
type Field = z.output<typeof field>
/** All that the tool holds. */
const world = z.object({ account: z.string(), created: z.number(), fields: z.array(field), contacts: z.array(kept) })
type World = z.output<typeof world>

const upsert = z.object({
  ref: z.string(),
  email: z.string(),
  create: z.boolean(),
  fields: z.record(z.string(), fieldValue),
})
const upserts = z.object({ contacts: z.array(upsert) })
const named = z.object({ emails: z.array(z.string()) })

type Fields = Readonly<Record<string, FieldValue>>
const isEmpty = (value: FieldValue): boolean => value === null || value === ''
const merged = (before: Fields, fields: Fields): Fields =>
  Object.fromEntries(Object.entries({ ...before, ...fields }).filter(([, value]) => !isEmpty(value)))

const typeOf = (value: FieldValue): Field['type'] => {
  if (typeof value === 'number') return 'number'
  return typeof value === 'boolean' ? 'boolean' : 'text'
}

/** New tool in memory. */
export const sandbox: SandboxFactory = ({ account = 'account-1' }) => {
  let held: World = {
    account,
    created: 0,
    fields: [
      { name: 'first_name', type: 'text' },
      { name: 'last_name', type: 'text' },
    ],
    contacts: [],
  }

  const find = (email: string) => held.contacts.find((one) => one.email === email.toLowerCase())
  const create = (email: string): Kept => {
    held.created += 1
    const made: Kept = { id: `contact-${held.created}`, email: email.toLowerCase(), fields: {} }
    held.contacts.push(made)
    return made
  }
  const has = (name: string): boolean => held.fields.some((one) => one.name === name)
  /** The tool's own trap: what it does not know it drops, and answers as if all were well. */
  const known = (fields: Fields): Fields => Object.fromEntries(Object.entries(fields).filter(([name]) => has(name)))
  const alter = (contact: Kept, fields: Fields): boolean => {
    const before = JSON.stringify(contact.fields)
    contact.fields = { ...merged(contact.fields, known(fields)) }
    return JSON.stringify(contact.fields) !== before
  }

  const put = ({ ref, email, create: mayCreate, fields }: z.output<typeof upsert>) => {
    if (email === refused) return { ref, code: 'invalid' }
    const before = find(email)
    if (before === undefined && !mayCreate) return { ref, code: 'absent' }
    const contact = before ?? create(email)
    const changed = alter(contact, fields) || before === undefined
    return { ref, code: changed ? 'stored' : 'same', contact }
  }
  const remove = (emails: readonly string[]): readonly string[] => {
    const deleted = emails.filter((email) => find(email) !== undefined)
    held.contacts = held.contacts.filter(({ email }) => !emails.includes(email))
    return deleted
  }

  const routes: Readonly<Record<string, (body: unknown) => unknown>> = {
    'GET /account': () => ({ id: held.account, name: 'New tool sandbox' }),
    'GET /fields': () => ({ fields: held.fields }),
    'POST /contacts': (body) => ({ results: upserts.parse(body).contacts.map(put) }),
    'POST /contacts/lookup': (body) => ({ contacts: named.parse(body).emails.flatMap((email) => find(email) ?? []) }),
    'POST /contacts/delete': (body) => ({ deleted: remove(named.parse(body).emails) }),
  }
  const handle = ({ method, path, headers, body }: SandboxRequest): SandboxReply => {
    if (headers.authorization !== `Bearer ${apiKey}`) return { status: 401, json: { error: 'unknown key' } }
    const route = routes[`${method} ${path}`]
    return route ? { status: 200, json: route(body) } : { status: 404, json: { error: 'no such route' } }
  }

  /** The first half of a batch is stored; of the rest the tool says nothing, as one does that broke down. */
  const half: Sandbox['half'] = (request) => {
    const asked = upserts.safeParse(request.body).data
    if (request.path !== '/contacts' || asked === undefined) return null
    const contacts = asked.contacts.slice(0, Math.ceil(asked.contacts.length / 2))
    return handle({ ...request, body: { contacts } })
  }

  const seed = ({ email, firstName, lastName, fields }: SandboxContact): void => {
    for (const [name, value] of Object.entries(fields)) if (!has(name)) held.fields.push({ name, type: typeOf(value) })
    const names = { first_name: firstName ?? null, last_name: lastName ?? null }
    alter(find(email) ?? create(email), { ...names, ...fields })
  }
  const seen = ({ email, fields }: Kept): SandboxContact => ({ email, fields, memberships: [] })
  const page = (email: string): string => {
    const lines = Object.values(find(email)?.fields ?? {}).map((value) => `<p>${escaped(String(value))}</p>`)
    return `<h1>New tool (sandbox)</h1>${lines.join('')}`
  }
  const settings = (baseUrl: string) => ({ baseUrl, apiKey })

  return {
    settings,
    wrongSettings: (baseUrl) => ({ ...settings(baseUrl), apiKey: 'another-key' }),
    handle,
    half,
    state: () => structuredClone(held),
    restore: (state) => {
      held = world.parse(state)
    },
    seed: (contacts) => contacts.forEach(seed),
    contacts: () => held.contacts.map(seen).sort((a, b) => (a.email < b.email ? -1 : 1)),
    page,
    refused,
  }
}
