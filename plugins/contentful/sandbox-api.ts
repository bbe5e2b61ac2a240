import { z } from 'zod'
import type { SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { draftFaults, type Fault, publicationFaults } from './sandbox-rules.ts'
import { entryInput, type Kept, type KeptType, locale, type Space, typeInput } from './sandbox-space.ts'

/** An error in Contentful's own form. */
export const refuse = (status: number, id: string, message: string, errors: readonly Fault[] = []): SandboxReply => ({
  status,
  json: { sys: { type: 'Error', id }, message, details: { errors }, requestId: 'sandbox' },
})
const notFound = refuse(404, 'NotFound', 'The resource could not be found.')
const mismatch = refuse(409, 'VersionMismatch', 'Version mismatch')
const ok = (json: unknown, status = 200): SandboxReply => ({ status, json })
const listed = (items: readonly unknown[], query: URLSearchParams): SandboxReply => {
  const [skip, limit] = [Number(query.get('skip') ?? 0), Number(query.get('limit') ?? 100)]
  if (limit > 1000) return refuse(400, 'BadRequest', 'limit must be at most 1000')
  return ok({ sys: { type: 'Array' }, total: items.length, skip, limit, items: items.slice(skip, skip + limit) })
}

const isAmong = (text: string | null, value: unknown) => text === null || text.split(',').includes(String(value))
const wordsOf = ({ fields }: Kept) => JSON.stringify(fields).toLowerCase()
const listEntries = (space: Space, query: URLSearchParams): SandboxReply => {
  const type = query.get('content_type')
  if (type !== null && !space.types()[type])
    return refuse(
      400,
      'InvalidQuery',
      'The query you sent was invalid. Probably a filter or ordering specification is not applicable to the type of a field.',
    )
  const since = query.get('sys.updatedAt[gte]') ?? ''
  const hits = space
    .entries()
    .filter(
      (kept) =>
        isAmong(type, kept.sys.contentType.sys.id) &&
        kept.sys.contentType.sys.id !== query.get('sys.contentType.sys.id[nin]') &&
        isAmong(query.get('sys.id[in]'), kept.sys.id) &&
        isAmong(query.get('fields.email[in]'), kept.fields.email?.[locale]) &&
        kept.sys.updatedAt >= since &&
        (query.get('sys.publishedAt[exists]') === null || kept.sys.publishedAt !== undefined) &&
        wordsOf(kept).includes((query.get('query') ?? '').toLowerCase()),
    )
  const sorted = hits.sort((a, b) => (`${a.sys.updatedAt} ${a.sys.id}` < `${b.sys.updatedAt} ${b.sys.id}` ? -1 : 1))
  return listed(query.get('order')?.startsWith('-') ? sorted.reverse() : sorted, query)
}

const versionOf = ({ headers }: SandboxRequest) => Number(headers['x-contentful-version'] ?? 0)
const invalid = (faults: readonly Fault[]) => refuse(422, 'InvalidEntry', 'Validation error', faults)

const putEntry = (space: Space, id: string, request: SandboxRequest): SandboxReply => {
  const kept = space.byId(id)
  if (kept ? versionOf(request) !== kept.sys.version : versionOf(request) > 0) return kept ? mismatch : notFound
  const given = entryInput.safeParse(request.body)
  const type = space.types()[kept?.sys.contentType.sys.id ?? request.headers['x-contentful-content-type'] ?? '']
  if (!given.success || !type) return refuse(422, 'ValidationFailed', 'The body you sent is no entry.')
  if (kept?.sys.archivedVersion !== undefined) return refuse(400, 'BadRequest', 'Cannot edit archived')
  const faults = draftFaults(type, given.data.fields)
  if (typeof faults === 'string') return refuse(422, 'UnknownField', `No field with id "${faults}" found.`)
  if (faults.length > 0) return invalid(faults)
  return kept ? ok(space.replace(kept, given.data)) : ok(space.add(id, type.sys.id, given.data), 201)
}
const publishEntry = (space: Space, kept: Kept): SandboxReply => {
  const type = space.types()[kept.sys.contentType.sys.id]
  const faults = type ? publicationFaults(space, type, kept) : []
  return faults.length > 0 ? invalid(faults) : ok(space.publish(kept))
}
const deleteEntry = (space: Space, kept: Kept): SandboxReply => {
  if (kept.sys.publishedVersion !== undefined) return refuse(400, 'BadRequest', 'Cannot delete published')
  space.remove(kept)
  return { status: 204 }
}
const ofEntry = (space: Space, id: string, rest: string, request: SandboxRequest): SandboxReply => {
  if (request.method === 'PUT' && rest === '') return putEntry(space, id, request)
  const kept = space.byId(id)
  if (!kept) return notFound
  // Without a version nothing but a deletion is taken.
  const isBlind = request.method === 'DELETE' && versionOf(request) === 0
  if (!isBlind && versionOf(request) !== kept.sys.version) return mismatch
  const routes: Readonly<Record<string, () => SandboxReply>> = {
    'PUT /published': () => publishEntry(space, kept),
    'DELETE /published': () => ok(space.unpublish(kept)),
    'DELETE ': () => deleteEntry(space, kept),
  }
  return routes[`${request.method} ${rest}`]?.() ?? notFound
}

const ofType = (space: Space, id: string, rest: string, request: SandboxRequest): SandboxReply => {
  const kept: KeptType | undefined = space.types()[id]
  if (request.method === 'GET') return kept ? ok(kept) : notFound
  if (versionOf(request) !== (kept?.sys.version ?? 0)) return mismatch
  if (rest === '/published') return kept ? ok(space.publishType(kept)) : notFound
  const given = typeInput.safeParse(request.body)
  if (!given.success) return refuse(422, 'ValidationFailed', 'The body you sent is no content type.')
  return ok(space.writeType(id, given.data), kept ? 200 : 201)
}

const newTag = z.object({ name: z.string().min(1), sys: z.object({ visibility: z.enum(['private', 'public']) }) })
const putTag = (space: Space, id: string, body: unknown): SandboxReply => {
  const { name } = newTag.parse(body)
  if (space.tags().some((tag) => tag.name === name)) return refuse(409, 'Conflict', 'A tag with this name exists')
  return ok(space.addTag(id, name), 201)
}
const ofWebhook = (space: Space, id: string, { method, body }: SandboxRequest): SandboxReply => {
  if (method === 'PUT') space.keepWebhook(id, body)
  const kept = space.webhook(id)
  return kept === undefined ? notFound : ok(kept)
}
const ofSecret = (space: Space, { method, body }: SandboxRequest): SandboxReply => {
  if (method === 'PUT') space.keepSecret(z.object({ value: z.string().length(64) }).parse(body).value)
  const secret = space.secret()
  return secret === null ? notFound : ok({ redactedValue: secret.slice(-4) })
}

const createdAt = '2026-01-01T00:00:00.000Z'
/** Answers as the Content Management API does. */
export const answer = (space: Space, request: SandboxRequest): SandboxReply => {
  const { pathname, searchParams: query } = new URL(request.path, 'https://api.contentful.com')
  const [, home = '', rest] = /^\/spaces\/sandbox(?:\/environments\/(master))?(\/.*)?$/.exec(pathname) ?? []
  if (!pathname.startsWith('/spaces/sandbox')) return notFound
  const [, kind = '', id = '', more = ''] = /^\/([a-z_]+)(?:\/([^/]+))?(\/.*)?$/.exec(rest ?? '') ?? []
  const routes: Readonly<Record<string, () => SandboxReply>> = {
    '': () => ok(home ? { sys: { id: home, createdAt } } : { name: space.name(), sys: { id: 'sandbox', createdAt } }),
    locales: () => listed([{ code: locale, default: true }], query),
    tags: () => (id === '' ? listed(space.tags(), query) : putTag(space, id, request.body)),
    entries: () => (id === '' ? listEntries(space, query) : ofEntry(space, id, more, request)),
    content_types: () => (id === '' ? listed(Object.values(space.types()), query) : ofType(space, id, more, request)),
    webhook_definitions: () => ofWebhook(space, id, request),
    webhook_settings: () => ofSecret(space, request),
  }
  return routes[kind]?.() ?? notFound
}
