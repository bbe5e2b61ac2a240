import { z } from 'zod'
import type { SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { batchSize } from './batch.ts'
import { companion } from './fields.ts'
import { type Account, type MetaField, refuse, registration, type Site, userInput } from './sandbox-site.ts'

const title = 'Sandbox shop magazine'
const noRoute = refuse(404, 'rest_no_route', 'No route was found matching the URL and request method.')

const batch = z.object({
  requests: z.array(z.object({ method: z.string(), path: z.string(), body: z.unknown() })).max(batchSize),
})
const deletion = z.object({ force: z.boolean().optional(), reassign: z.number().optional() })

const schemaOf = ({ label, type, single, format }: MetaField) => {
  const value = { type, title: label, description: '', ...(format === undefined ? {} : { format }) }
  return single ? value : { type: 'array', items: value }
}
const routeIndex = (site: Site) => {
  const properties = Object.fromEntries(site.fields().map((field) => [field.name, schemaOf(field)]))
  const batchable = { allow_batch: { v1: true } }
  const endpoints = [
    { methods: ['GET'], args: {} },
    { methods: ['POST'], ...batchable, args: { email: { type: 'string' }, meta: { type: 'object', properties } } },
  ]
  return { namespace: 'wp/v2', routes: { '/wp/v2/users': { namespace: 'wp/v2', endpoints } } }
}

/** Without `context=edit` the private half of a user is left out. */
const inContext = (query: URLSearchParams, user: ReturnType<Site['shown']>) =>
  query.get('context') === 'edit' ? user : { id: user.id, name: user.name, meta: user.meta }

const selected = (query: URLSearchParams) => {
  const include = query.get('include')?.split(',').map(Number)
  const search = query.get('search')?.toLowerCase() ?? ''
  return ({ id, email }: Account) => email.toLowerCase().includes(search) && (include?.includes(id) ?? true)
}
const listUsers = (site: Site, query: URLSearchParams): SandboxReply => {
  const [page, size] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 10)]
  if (!(size >= 1 && size <= 100)) return refuse(400, 'rest_invalid_param', 'Invalid parameter(s): per_page')
  const hits = site.users().filter(selected(query))
  const json = hits.slice((page - 1) * size, page * size).map((user) => inContext(query, site.shown(user)))
  return { status: 200, headers: { 'x-wp-total': String(hits.length) }, json }
}
const oneUser = (site: Site, query: URLSearchParams, id: number): SandboxReply => {
  const user = site.byId(id)
  if (!user) return refuse(404, 'rest_user_invalid_id', 'Invalid user ID.')
  return { status: 200, json: inContext(query, site.shown(user)) }
}

const writeUser = (site: Site, method: string, path: string, body: unknown): SandboxReply => {
  const id = Number(/^\/wp\/v2\/users\/(\d+)$/.exec(path)?.[1] ?? Number.NaN)
  const isCreation = method === 'POST' && path === '/wp/v2/users'
  if (Number.isNaN(id) && !isCreation) return noRoute
  if (method === 'DELETE') return site.remove(id, deletion.parse(body))
  const given = userInput.safeParse(body)
  if (!given.success)
    return refuse(400, 'rest_invalid_param', `Invalid parameter(s): ${given.error.issues[0]?.path.join('.')}`)
  return isCreation ? site.create(given.data) : site.update(id, given.data)
}
const runBatch = (site: Site, body: unknown): SandboxReply => {
  const given = batch.safeParse(body)
  if (!given.success) return refuse(400, 'rest_invalid_param', 'Invalid parameter(s): requests')
  const responses = given.data.requests.map((item) => {
    const { status, json } = writeUser(site, item.method, item.path, item.body)
    return { status, body: json, headers: [] }
  })
  return { status: 207, json: { responses } }
}

/** Answers as WordPress does below `/wp-json`, here with the companion plugin on board. */
export const answer = (site: Site, { method, path, body }: SandboxRequest): SandboxReply => {
  const { pathname, searchParams: query } = new URL(path, site.url())
  const route = pathname.replace(/^\/wp-json/, '')
  const routes: Readonly<Record<string, () => SandboxReply>> = {
    'GET /': () => ({
      status: 200,
      json: { name: title, url: site.url(), home: site.url(), namespaces: ['wp/v2', companion] },
    }),
    'GET /wp/v2': () => ({ status: 200, json: routeIndex(site) }),
    'GET /wp/v2/users': () => listUsers(site, query),
    'GET /wp/v2/users/me': () => oneUser(site, query, 1),
    'POST /batch/v1': () => runBatch(site, body),
    [`POST /${companion}/fields`]: () => {
      site.register(registration.parse(body).fields)
      return { status: 200, json: { fields: site.fields() } }
    },
  }
  const found = routes[`${method} ${route}`]
  if (found) return found()
  return method === 'GET' ? noRoute : writeUser(site, method, route, body)
}
