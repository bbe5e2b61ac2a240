import { z } from 'zod'
import type { Change, Contact, Holding, Outcome, Receipt } from '../../../core/contract/change.ts'
import { type Context, defineConnector, fieldTypes, secret } from '../../../core/contract/connector.ts'
import type { ContactRecord } from '../../../core/contract/record.ts'
import { type FieldValue, fieldValue } from '../../../core/contract/value.ts'
import { webhook } from './webhook.ts'

const settings = z.strictObject({
  baseUrl: z.url().describe('Where the API of the account is'),
  apiKey: secret('Private key with the right to contacts'),
  webhookSecret: secret('Signing secret of the webhook'),
})
type Settings = z.output<typeof settings>

const stored = z.object({
  id: z.string(),
  email: z.string(),
  fields: z.record(z.string(), fieldValue),
  tags: z.array(z.string()),
  updated: z.string(),
})
type Stored = z.output<typeof stored>
const verdict = z.object({ ref: z.string(), code: z.string(), contact: stored.optional() })
const named = z.object({ name: z.string() })
const field = z.object({ name: z.string(), type: z.enum(fieldTypes), label: z.string() })
const replies = {
  account: z.object({ id: z.string(), name: z.string(), generation: z.number() }),
  fields: z.object({ fields: z.array(field) }),
  tags: z.object({ tags: z.array(named) }),
  page: z.object({ contacts: z.array(stored), next: z.string() }),
  found: z.object({ contacts: z.array(stored) }),
  verdicts: z.object({ results: z.array(verdict) }),
  deleted: z.object({ deleted: z.array(z.string()) }),
}

const tags = (memberships: Change['join']) => memberships.map(({ name }) => name)
const wireOf = ({ contact, create, fields, join, leave }: Change) => ({
  ref: contact.id,
  email: contact.key.value,
  create,
  fields,
  join: tags(join),
  leave: tags(leave),
})

const orNull = (value: FieldValue | undefined) => (value === undefined || value === '' ? null : value)
/** Letterbox answers 200 and drops what it does not know, so only what it shows as stored counts. */
const lostField = ({ fields }: Change, contact: Stored) =>
  Object.keys(fields).find((name) => orNull(contact.fields[name]) !== orNull(fields[name]))

const stand = (status: 'applied' | 'unchanged', change: Change, contact: Stored | undefined): Outcome => {
  if (!contact) return { status: 'retry', reason: 'Letterbox did not show what it stored' }
  const lost = lostField(change, contact)
  if (lost) return { status: 'rejected', reason: `Letterbox did not store ${lost} as it was sent`, field: lost }
  return { status, remoteId: contact.id }
}
const outcomes: Readonly<Record<string, (change: Change, contact: Stored | undefined) => Outcome>> = {
  ok: (change, contact) => stand('applied', change, contact),
  same: (change, contact) => stand('unchanged', change, contact),
  absent: () => ({ status: 'skipped', reason: 'Letterbox has no such contact' }),
  bad: () => ({ status: 'rejected', reason: 'Letterbox holds the address to be invalid' }),
}

const recordOf = ({ id, email, fields, updated }: Stored, revision: string): ContactRecord => ({
  kind: 'contact',
  id: `letterbox:${id}:${revision}`,
  at: updated,
  identifiers: [{ type: 'email', value: email }],
  remoteId: id,
  fields,
})
const emails = (contacts: readonly Contact[]) => contacts.map(({ key }) => key.value)
const lookUp = async ({ http }: Context<Settings>, contacts: readonly Contact[]) => {
  const { body } = await http({
    method: 'POST',
    path: '/contacts/lookup',
    json: { emails: emails(contacts) },
    reply: replies.found,
  })
  return new Map(body.contacts.map((contact) => [contact.email, contact]))
}

/** A small and good connector to a tool that does not exist: what the suite is tested with. */
export default defineConnector({
  id: 'letterbox',
  title: 'Letterbox',
  summary: 'Newsletters with contacts, fields and tags.',
  docs: 'https://letterbox.example/api',
  channel: 'email',
  settings,
  keys: ['email'],
  memberships: { tag: 'Tags of contacts' },
  defaults: { firstName: 'first_name', lastName: 'last_name' },
  limits: { batch: 20, concurrency: 2, perSecond: 10, timeoutMs: 10_000 },
  ways: {
    push: { mode: 'batch', atomic: false, failures: 'by-key', upsert: 'email' },
    pull: 'updated-since',
  },
  permissions: ['Read and write contacts'],
  proven: [{ by: 'sandbox', what: 'Letterbox', on: '2026-11-21' }],
  reads: [
    { method: 'GET', path: '/**' },
    { method: 'POST', path: '/contacts/lookup' },
  ],
  connect: ({ baseUrl, apiKey }) => ({ baseUrl, headers: { authorization: `Bearer ${apiKey}` } }),

  async check({ http }) {
    const { body } = await http({ method: 'GET', path: '/account', reply: replies.account })
    return { account: body.name, epoch: `${body.id}:${body.generation}` }
  },

  async fields({ http }) {
    const { body } = await http({ method: 'GET', path: '/fields', reply: replies.fields })
    return body.fields.map((known) => ({ ...known, writable: true }))
  },

  async setup({ http }, needs) {
    const fields = await http({ method: 'GET', path: '/fields', reply: replies.fields })
    const known = await http({ method: 'GET', path: '/tags', reply: replies.tags })
    const wanted = [
      ...needs.fields.map(({ name, type, label }) => ({
        path: '/fields',
        json: { name, type, label },
        there: fields.body.fields,
      })),
      ...needs.memberships.map(({ name }) => ({ path: '/tags', json: { name }, there: known.body.tags })),
    ]
    const isThere = ({ json, there }: (typeof wanted)[number]) => there.some(({ name }) => name === json.name)
    const missing = wanted.filter((item) => !isThere(item))
    for (const { path, json } of missing) await http({ method: 'POST', path, json, reply: z.unknown() })
    const line = ({ path, json }: (typeof wanted)[number]) => `${path.slice(1, -1)} ${json.name}`
    return { created: missing.map(line), present: wanted.filter(isThere).map(line), manual: [] }
  },

  async *pull({ http }, cursor) {
    let after = cursor ?? '0'
    while (true) {
      const { body } = await http({ method: 'GET', path: '/contacts', query: { after }, reply: replies.page })
      if (body.contacts.length === 0) return
      after = body.next
      yield { records: body.contacts.map((contact) => recordOf(contact, contact.updated)), cursor: after }
    }
  },

  async push({ http }, changes) {
    const json = { contacts: changes.map(wireOf) }
    const { body } = await http({ method: 'POST', path: '/contacts', json, reply: replies.verdicts })
    const results = new Map(body.results.map((result) => [result.ref, result]))
    return changes.map((change): Receipt => {
      const { code = 'none', contact } = results.get(change.contact.id) ?? {}
      const outcome = outcomes[code]?.(change, contact) ?? { status: 'retry', reason: `Letterbox answered ${code}` }
      return { contact: change.contact.id, ...outcome }
    })
  },

  async read(ctx, contacts, wanted) {
    const found = await lookUp(ctx, contacts)
    const holding = ({ key }: Contact): Holding | null => {
      const contact = found.get(key.value)
      if (!contact) return null
      return {
        remoteId: contact.id,
        fields: Object.fromEntries(wanted.fields.map((name) => [name, contact.fields[name] ?? null])),
        memberships: wanted.memberships.filter(({ name }) => contact.tags.includes(name)),
      }
    }
    return new Map(contacts.map((contact) => [contact.id, holding(contact)]))
  },

  async erase({ http }, contacts) {
    const json = { emails: emails(contacts) }
    const { body } = await http({ method: 'POST', path: '/contacts/delete', json, reply: replies.deleted })
    const outcome = ({ key }: Contact): Outcome => ({
      status: body.deleted.includes(key.value) ? 'applied' : 'unchanged',
    })
    return contacts.map((contact) => ({ contact: contact.id, ...outcome(contact) }))
  },

  webhook,
})
