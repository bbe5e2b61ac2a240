import { z } from 'zod'
import type { SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { type AccountInMemory, written } from './sandbox-account.ts'

const ok = (json: unknown, status = 200): SandboxReply => ({ status, json })
const done: SandboxReply = { status: 204 }
/** An error as Brevo writes it. */
export const problem = (status: number, code: string, message: string): SandboxReply => ({
  status,
  json: { code, message },
})
const invalid = (message: string) => problem(400, 'invalid_parameter', message)
const notFound = (what: string) => problem(404, 'document_not_found', `${what} does not exist`)

const batch = z.object({ contacts: z.array(written).min(1) })
const naming = z.object({ name: z.string() })
const typing = z.object({ type: z.enum(['text', 'date', 'float', 'boolean']) })

type Handler = (account: AccountInMemory, request: SandboxRequest, query: URLSearchParams, id: string) => SandboxReply

const page = <T>(items: readonly T[], query: URLSearchParams, most: number): readonly T[] => {
  const [limit, offset] = [Number(query.get('limit') ?? 50), Number(query.get('offset') ?? 0)]
  const sorted = query.get('sort') === 'asc' ? items : items.toReversed()
  return sorted.slice(offset, offset + Math.min(limit, most))
}
const getContacts: Handler = (account, _, query) => {
  const since = Date.parse(query.get('modifiedSince') ?? '1970-01-01T00:00:00Z')
  const hits = account.held().contacts.filter(({ modifiedAt }) => Date.parse(modifiedAt) > since)
  return ok({ contacts: page(hits, query, 1000), count: hits.length })
}
const getContact: Handler = (account, _, __, id) => {
  const contact = account.find(id)
  return contact ? ok({ ...contact, statistics: {} }) : notFound('Contact')
}
const postContact: Handler = (account, { body }) => {
  const given = written.safeParse(body).data
  if (!given) return invalid('The request body is not valid.')
  const refusal = account.refusalOf(given)
  if (refusal !== null) return invalid(refusal)
  const there = account.find(given.email ?? String(given.attributes.SMS))
  if (there && !given.updateEnabled) return problem(400, 'duplicate_parameter', 'Contact already exist')
  const contact = there ?? account.add(given.email ?? '')
  account.write(contact, given)
  return there ? done : ok({ id: contact.id }, 201)
}
/** All of them, or none. */
const postBatch: Handler = (account, { body }) => {
  const given = batch.safeParse(body).data
  if (!given) return invalid('contacts is missing')
  for (const one of given.contacts) {
    const refusal = account.find(one.id ?? one.email ?? '') ? account.refusalOf(one) : 'Contact does not exist'
    if (refusal !== null) return invalid(refusal)
  }
  for (const one of given.contacts) {
    const contact = account.find(one.id ?? one.email ?? '')
    if (contact) account.write(contact, one)
  }
  return done
}
const deleteContact: Handler = (account, _, __, id) => {
  const contact = account.find(id)
  if (!contact) return notFound('Contact')
  account.forget(contact)
  return done
}
const postAttribute: Handler = (account, { body }, _, name) => {
  const given = typing.safeParse(body).data
  if (!given) return invalid('type is not valid')
  const { attributes } = account.held()
  if (attributes.some((one) => one.name === name))
    return problem(400, 'duplicate_parameter', 'Attribute name must be unique')
  attributes.push({ name: name.toUpperCase(), category: 'normal', type: given.type })
  return { status: 201 }
}
const collection =
  (kind: 'lists' | 'folders'): Handler =>
  (account, _, query) =>
    ok({ [kind]: page(account.held()[kind], query, 50), count: account.held()[kind].length })
const addTo =
  (kind: 'lists' | 'folders'): Handler =>
  (account, { body }) =>
    ok({ id: account.into(kind, naming.parse(body).name).id }, 201)
const getWebhooks: Handler = (account) => {
  const { webhooks } = account.held()
  return webhooks.length > 0 ? ok({ webhooks }) : notFound('Webhook')
}
const postWebhook: Handler = (account, { body }) => {
  const made = { id: account.nextId(), url: z.object({ url: z.string() }).parse(body).url }
  account.held().webhooks.push(made)
  return ok({ id: made.id }, 201)
}

const routes: Readonly<Record<string, Handler>> = {
  'GET /account': (account) => ok({ companyName: 'Brevo sandbox', email: account.held().login }),
  'GET /contacts': getContacts,
  'POST /contacts': postContact,
  'POST /contacts/batch': postBatch,
  'GET /contacts/attributes': (account) => ok({ attributes: account.held().attributes }),
  'GET /contacts/lists': collection('lists'),
  'POST /contacts/lists': addTo('lists'),
  'GET /contacts/folders': collection('folders'),
  'POST /contacts/folders': addTo('folders'),
  'GET /contacts/segments': () => ok({ segments: [], count: 0 }),
  'GET /emailCampaigns': () => ok({ campaigns: [], count: 0 }),
  'GET /webhooks': getWebhooks,
  'POST /webhooks': postWebhook,
}
const patterns: readonly (readonly [RegExp, Handler])[] = [
  [/^GET \/contacts\/([^/]+)$/, getContact],
  [/^DELETE \/contacts\/([^/]+)$/, deleteContact],
  [/^POST \/contacts\/attributes\/normal\/([^/]+)$/, postAttribute],
]

/** Answers as the API does below `/v3`, for one account. */
export const answer = (account: AccountInMemory, request: SandboxRequest): SandboxReply => {
  const { pathname, searchParams } = new URL(request.path, 'https://api.brevo.com')
  const asked = `${request.method} ${pathname.replace(/^\/v3/, '')}`
  const route = routes[asked]
  if (route) return route(account, request, searchParams, '')
  for (const [pattern, handler] of patterns) {
    const id = pattern.exec(asked)?.[1]
    if (id !== undefined) return handler(account, request, searchParams, decodeURIComponent(id))
  }
  return notFound('Route')
}
