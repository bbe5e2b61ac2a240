import { z } from 'zod'
import type {
  Sandbox,
  SandboxContact,
  SandboxFactory,
  SandboxReply,
  SandboxRequest,
} from '../../../core/contract/sandbox.ts'
import { type FieldValue, fieldValue } from '../../../core/contract/value.ts'
import { half } from './half.ts'
import { signed } from './webhook.ts'

const apiKey = 'letterbox-key-good'
const webhookSecret = 'letterbox-signing-good'
const pageSize = 50
/** Longer texts are cut, with a 200: the tool's own trap. */
const longestText = 1000
const refused = 'bounced@example.test'

const field = z.object({ name: z.string(), type: z.string(), label: z.string() })
const contact = z.object({
  id: z.string(),
  email: z.string(),
  fields: z.record(z.string(), fieldValue),
  tags: z.array(z.string()),
  updated: z.string(),
  revision: z.number(),
})
const world = z.object({
  account: z.string(),
  /** Counts changes, and names contacts. */
  revision: z.number(),
  fields: z.array(field),
  tags: z.array(z.string()),
  contacts: z.array(contact),
})
type World = z.output<typeof world>
type Kept = z.output<typeof contact>
const upsert = z.object({
  ref: z.string(),
  email: z.string(),
  create: z.boolean(),
  fields: z.record(z.string(), fieldValue),
  join: z.array(z.string()),
  leave: z.array(z.string()),
})
const emails = z.object({ emails: z.array(z.string()) })

const empty = (account: string): World => ({
  account,
  revision: 0,
  fields: ['first_name', 'last_name'].map((name) => ({ name, type: 'text', label: name })),
  tags: [],
  contacts: [],
})
const ok = (json: unknown): SandboxReply => ({ status: 200, json })
const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
const isEmpty = (value: FieldValue | undefined) => value === undefined || value === null || value === ''
const typeOf = (value: FieldValue) => (typeof value === 'number' || typeof value === 'boolean' ? typeof value : 'text')

/** Letterbox in memory. */
export const sandbox: SandboxFactory = ({ now, account = 'acc-1' }) => {
  let held = empty(account)

  const find = (email: string) => held.contacts.find((kept) => kept.email === email.toLowerCase())
  const create = (email: string): Kept => {
    const id = `lb${held.revision + 1}`
    const kept: Kept = { id, email: email.toLowerCase(), fields: {}, tags: [], updated: '', revision: 0 }
    held.contacts.push(kept)
    return kept
  }
  const storable = (fields: Readonly<Record<string, FieldValue>>) =>
    Object.entries(fields)
      .filter(([name]) => held.fields.some((known) => known.name === name))
      .map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, longestText) : value] as const)

  const alter = (kept: Kept, fields: Readonly<Record<string, FieldValue>>, tags: readonly string[]): boolean => {
    const next = Object.fromEntries(
      Object.entries({ ...kept.fields, ...Object.fromEntries(storable(fields)) }).filter(
        ([, value]) => !isEmpty(value),
      ),
    )
    const isSame = kept.revision > 0 && JSON.stringify([kept.fields, kept.tags]) === JSON.stringify([next, tags])
    if (isSame) return false
    held.revision += 1
    Object.assign(kept, {
      fields: next,
      tags: [...tags],
      updated: new Date(now()).toISOString(),
      revision: held.revision,
    })
    return true
  }

  const put = ({ ref, email, create: mayCreate, fields, join, leave }: z.output<typeof upsert>) => {
    if (email === refused) return { ref, code: 'bad' }
    const before = find(email)
    if (!before && !mayCreate) return { ref, code: 'absent' }
    const kept = before ?? create(email)
    const tags = [...new Set([...kept.tags, ...join])].filter((tag) => !leave.includes(tag)).sort()
    return { ref, code: alter(kept, fields, tags) ? 'ok' : 'same', contact: kept }
  }
  const remove = (gone: readonly string[]) => {
    const deleted = gone.filter((email) => find(email))
    held.contacts = held.contacts.filter(({ email }) => !gone.includes(email))
    return { deleted }
  }
  const page = (after: number) => {
    const later = held.contacts.filter(({ revision }) => revision > after).sort((a, b) => a.revision - b.revision)
    const contacts = later.slice(0, pageSize)
    return { contacts, next: String(contacts.at(-1)?.revision ?? after) }
  }

  const routes: Readonly<Record<string, (body: unknown, query: URLSearchParams) => unknown>> = {
    'GET /account': () => ({ id: held.account, name: 'Letterbox sandbox', generation: 1 }),
    'GET /fields': () => ({ fields: held.fields }),
    'POST /fields': (body) => void held.fields.push(field.parse(body)),
    'GET /tags': () => ({ tags: held.tags.map((name) => ({ name })) }),
    'POST /tags': (body) => void held.tags.push(z.object({ name: z.string() }).parse(body).name),
    'GET /contacts': (_, query) => page(Number(query.get('after') ?? 0)),
    'POST /contacts/lookup': (body) => ({ contacts: emails.parse(body).emails.flatMap((email) => find(email) ?? []) }),
    'POST /contacts': (body) => ({
      results: z
        .object({ contacts: z.array(upsert) })
        .parse(body)
        .contacts.map(put),
    }),
    'POST /contacts/delete': (body) => remove(emails.parse(body).emails),
  }
  const handle = ({ method, path, headers, body }: SandboxRequest): SandboxReply => {
    if (headers.authorization !== `Bearer ${apiKey}`) return { status: 401, json: { error: 'bad key' } }
    const url = new URL(path, 'http://letterbox.invalid')
    const route = routes[`${method} ${url.pathname}`]
    return route ? ok(route(body, url.searchParams)) : { status: 404, json: { error: 'no such route' } }
  }

  const seedOne = ({ email, firstName, lastName, fields, memberships }: SandboxContact) => {
    for (const [name, value] of Object.entries(fields))
      if (!held.fields.some((known) => known.name === name))
        held.fields.push({ name, type: typeOf(value), label: name })
    const tags = memberships.map((membership) => membership.replace(/^tag\//, ''))
    held.tags = [...new Set([...held.tags, ...tags])]
    const names = { ...(firstName ? { first_name: firstName } : {}), ...(lastName ? { last_name: lastName } : {}) }
    alter(find(email) ?? create(email), { ...names, ...fields }, tags)
  }
  const seen = ({ email, fields, tags }: Kept): SandboxContact => ({
    email,
    fields,
    memberships: tags.map((tag) => `tag/${tag}`),
  })
  const settings = (baseUrl: string) => ({ baseUrl, apiKey, webhookSecret })

  return {
    settings,
    wrongSettings: (baseUrl) => ({ ...settings(baseUrl), apiKey: 'letterbox-key-wrong' }),
    handle,
    half: (request) => half(handle, request),
    state: () => structuredClone(held),
    restore: (state) => {
      held = world.parse(state)
    },
    seed: (contacts) => contacts.forEach(seedOne),
    contacts: () => held.contacts.map(seen).sort((a, b) => (a.email < b.email ? -1 : 1)),
    page: (email) => {
      const lines = Object.values(find(email)?.fields ?? {}).map((value) => `<p>${escaped(String(value))}</p>`)
      return `<h1>Letterbox (sandbox)</h1>${lines.join('')}`
    },
    webhook: (email, at) => {
      const { id = 'lb0', fields = {} } = find(email) ?? {}
      return signed(
        webhookSecret,
        [{ id: `${id}-${at}`, contact: id, email, at: new Date(at).toISOString(), fields }],
        at,
      )
    },
    refused,
  } satisfies Sandbox
}
