import { z } from 'zod'
import type { SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { matches, type Nested, nestedFrom, strangeKey } from './sandbox-query.ts'
import type { Kept, Problem, Store } from './sandbox-store.ts'

export const refuse = (status: number, name: string, { message, details }: Problem): SandboxReply => ({
  status,
  json: { data: null, error: { status, name, message, details } },
})
const notFound = refuse(404, 'NotFoundError', { message: 'Not Found', details: {} })
const invalid = (problem: Problem) => refuse(400, 'ValidationError', problem)
const ok = (data: unknown, status = 200): SandboxReply => ({ status, json: { data, meta: {} } })

const paging = z.object({ pageSize: z.coerce.number().default(25), page: z.coerce.number().default(1) })
/** Of any page, as the server's own config has it. */
const maxLimit = 100
type Item = Readonly<Record<string, unknown>>

const list = (items: readonly Item[], names: ReadonlySet<string>, query: Nested, by: (item: Item) => string) => {
  const strange = strangeKey(query.filters, names)
  if (strange !== null)
    return invalid({ message: `Invalid key ${strange}`, details: { key: strange, source: 'query', param: 'filters' } })
  const { pageSize, page } = paging.parse(query.pagination ?? {})
  const size = Math.min(pageSize, maxLimit)
  const sorted = items.filter((item) => matches(item, query.filters)).sort((a, b) => (by(a) < by(b) ? -1 : 1))
  const hits = query.sort === 'updatedAt:desc' ? sorted.reverse() : sorted
  return ok(hits.slice((page - 1) * size, page * size))
}

const written = z.object({ data: z.record(z.string(), z.unknown()) })
const shown = (result: Kept | Problem, status: number) =>
  'documentId' in result ? ok(result, status) : invalid(result)

const listVisitors = (store: Store, query: Nested) => {
  const names = new Set([...Object.keys(store.attributes()), 'documentId', 'createdAt', 'updatedAt'])
  return list(store.visitors(), names, query, ({ updatedAt, documentId }) => `${updatedAt} ${documentId}`)
}
const ofVisitor = (store: Store, documentId: string, { method, body }: SandboxRequest): SandboxReply => {
  if (method === 'DELETE') {
    // 204, whether it was there or not.
    store.remove(documentId)
    return { status: 204 }
  }
  const kept = store.byDocument(documentId)
  if (!kept) return notFound
  if (method === 'GET') return ok(kept)
  const given = written.safeParse(body)
  if (!given.success) return invalid({ message: 'Missing "data" payload in the request body', details: {} })
  return shown(store.update(kept, given.data.data), 200)
}
const addVisitor = (store: Store, body: unknown): SandboxReply => {
  const given = written.safeParse(body)
  if (!given.success) return invalid({ message: 'Missing "data" payload in the request body', details: {} })
  return shown(store.create(given.data.data), 201)
}

const article = (locale: string, title: string, updatedAt: string) => ({
  id: 1,
  documentId: 'article1',
  title,
  slug: title.toLowerCase().replace(/\W+/g, '-'),
  locale,
  updatedAt,
})
const articles = [
  article('en', 'How to care for headphones', '2026-11-20T08:00:00.000Z'),
  article('de', 'Pflege für Kopfhörer', '2026-11-20T09:00:00.000Z'),
]
const articleNames = new Set(['title', 'slug'])
const contentTypes = (store: Store) => {
  const attributes = Object.fromEntries(Object.entries(store.attributes()).map(([name, type]) => [name, { type }]))
  const schema = { singularName: 'visitor', pluralName: 'visitors', draftAndPublish: false, attributes }
  return [{ uid: 'api::visitor.visitor', apiID: 'visitor', schema }]
}

/** Answers as Strapi does. */
export const answer = (store: Store, request: SandboxRequest): SandboxReply => {
  const { pathname, searchParams } = new URL(request.path, 'http://127.0.0.1')
  const query = nestedFrom(searchParams)
  const locale = { id: 1, documentId: store.database(), code: 'en', createdAt: '2026-01-01T00:00:00.000Z' }
  const routes: Readonly<Record<string, () => SandboxReply>> = {
    'GET /api/i18n/locales': () => ({ status: 200, json: [locale] }),
    'GET /api/content-type-builder/content-types': () => ok(contentTypes(store)),
    'GET /api/visitors': () => listVisitors(store, query),
    'POST /api/visitors': () => addVisitor(store, request.body),
    'GET /api/articles': () => list(articles, articleNames, query, ({ updatedAt }) => String(updatedAt)),
  }
  const found = routes[`${request.method} ${pathname}`]
  if (found) return found()
  const documentId = /^\/api\/visitors\/([^/]+)$/.exec(pathname)?.[1]
  return documentId === undefined ? notFound : ofVisitor(store, decodeURIComponent(documentId), request)
}
