import { z } from 'zod'
import type { SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { testFrom } from './sandbox-nql.ts'
import { type Kept, newsletter, type Site } from './sandbox-site.ts'

/** An error in Ghost's own form. */
export const problem = (status: number, message: string, context: string | null = null, property?: string) => ({
  status,
  json: { errors: [{ message, context, type: 'Error', details: null, property: property ?? null, help: null }] },
})
const ok = (json: unknown, status = 200): SandboxReply => ({ status, json })
const notFound = problem(404, 'Resource not found error.', 'Resource could not be found.')
const refused = (context: string, property?: string) => problem(422, 'Validation error.', context, property)

const text = (most: number) =>
  z
    .string()
    .refine((value) => [...value].length <= most)
    .optional()
const input = z.strictObject({
  email: text(191),
  name: text(191).refine((value) => !value?.startsWith(',')),
  note: text(2000),
  labels: z.array(z.looseObject({ name: z.string().max(191) })).optional(),
})
const wrapped = z.strictObject({ members: z.tuple([input]) })
const newLabel = z.object({ labels: z.tuple([z.object({ name: z.string().min(1).max(191) })]) })
const hook = z.object({ event: z.string(), target_url: z.string(), name: z.string(), secret: z.string() })
const newHook = z.object({ webhooks: z.tuple([hook]) })

const shown = (site: Site, { labels, newsletters, ...rest }: Kept) => ({
  ...rest,
  subscribed: newsletters.length > 0,
  labels: site.labels().filter(({ id }) => labels.includes(id)),
  newsletters: newsletters.map(() => newsletter),
  email_suppression: { suppressed: false, info: null },
})

/** As databases write it, which is what filters are compared with. */
const plain = (value: unknown) => String(value ?? '').replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)\.000Z$/, '$1 $2')
const matching = <T extends object>(items: readonly T[], filter: string | null): readonly T[] => {
  if (!filter) return items
  const test = testFrom(filter)
  return items.filter((item) => {
    const values = new Map<string, unknown>(Object.entries(item))
    return test((key) => [plain(values.get(key.replace(/^data\./, '')))])
  })
}
const page = (name: string, items: readonly unknown[], query: URLSearchParams): SandboxReply => {
  const limit = Math.min(Number(query.get('limit') ?? 15), 100)
  const from = (Number(query.get('page') ?? 1) - 1) * limit
  return ok({ [name]: items.slice(from, from + limit), meta: { pagination: { limit, total: items.length } } })
}

const byChange = (a: Kept, b: Kept) =>
  a.updated_at === b.updated_at ? (a.id < b.id ? -1 : 1) : a.updated_at < b.updated_at ? -1 : 1
const listMembers = (site: Site, query: URLSearchParams) => {
  const hits = [...matching(site.members(), query.get('filter'))].sort(byChange)
  return page(
    'members',
    hits.map((kept) => shown(site, kept)),
    query,
  )
}
/** The newest first, whatever order is asked for. */
const listActivities = (site: Site, query: URLSearchParams) => {
  const hits = [...matching(site.activities(), query.get('filter'))].reverse()
  const events = hits.map(({ type, ...data }) => {
    const kept = site.byId(data.member_id)
    return { type, data: { ...data, member: kept ? { id: kept.id, email: kept.email } : {} } }
  })
  return page('events', events, query)
}

const add = (site: Site, given: z.output<typeof input>): SandboxReply => {
  const made = site.add(given)
  return typeof made === 'string' ? refused(made, 'email') : ok({ members: [shown(site, made)] }, 201)
}
const writeMember = (site: Site, id: string | undefined, { method, body }: SandboxRequest): SandboxReply => {
  if (method === 'DELETE') return site.remove(id ?? '') ? { status: 204 } : notFound
  const given = wrapped.safeParse(body)
  const property = given.error?.issues[0]?.path.at(-1)
  if (!given.success) return refused(`Validation failed for ${String(property)}.`, String(property))
  if (id === undefined) return add(site, given.data.members[0])
  const kept = site.byId(id)
  return kept ? ok({ members: [shown(site, site.alter(kept, given.data.members[0]))] }) : notFound
}
const addLabel = (site: Site, body: unknown): SandboxReply => {
  const given = newLabel.safeParse(body)
  if (!given.success) return refused('Validation failed for name.', 'name')
  const [{ name }] = given.data.labels
  if (site.labels().some((label) => label.name === name.trim())) return refused('Label already exists')
  return ok({ labels: [site.labelNamed(name)] }, 201)
}
const addHook = (site: Site, body: unknown): SandboxReply => {
  const given = newHook.safeParse(body)
  if (!given.success) return refused('Validation failed for event.', 'event')
  const made = site.addHook(given.data.webhooks[0])
  return made ? ok({ webhooks: [made] }, 201) : refused('Target URL has already been used for this event.')
}

const article = (id: string, title: string, url: string) => ({
  id,
  title,
  url,
  status: 'published',
  updated_at: '2026-11-20T08:00:00.000Z',
})
const posts = [article('p1', 'How to care for headphones', 'https://ghost.sandbox.example/care/')]
const pages = [article('p2', 'About us', 'https://ghost.sandbox.example/about/')]

/** Answers as Ghost does below `/ghost/api/admin`. */
export const answer = (site: Site, request: SandboxRequest): SandboxReply => {
  const { pathname, searchParams: query } = new URL(request.path, 'http://127.0.0.1')
  const route = pathname.replace(/^\/ghost\/api\/admin/, '')
  const url = `https://${site.uuid()}.ghost.example/`
  const filter = query.get('filter')
  const routes: Readonly<Record<string, () => SandboxReply>> = {
    'GET /site/': () => ok({ site: { title: 'Ghost sandbox', url, version: '5.130', site_uuid: site.uuid() } }),
    'GET /members/': () => listMembers(site, query),
    'GET /members/events/': () => listActivities(site, query),
    'POST /members/': () => writeMember(site, undefined, request),
    'GET /labels/': () => page('labels', site.labels(), query),
    'POST /labels/': () => addLabel(site, request.body),
    'POST /webhooks/': () => addHook(site, request.body),
    'GET /posts/': () => page('posts', matching(posts, filter), query),
    'GET /pages/': () => page('pages', matching(pages, filter), query),
    'GET /newsletters/': () => page('newsletters', [newsletter], query),
    'GET /tiers/': () => page('tiers', [{ id: 't1', name: 'Free', active: true, visibility: 'public' }], query),
    'GET /offers/': () => ok({ offers: [] }),
  }
  const found = routes[`${request.method} ${route}`]
  if (found) return found()
  const id = /^\/members\/([0-9a-f]{24})\/$/.exec(route)?.[1]
  return id !== undefined && request.method !== 'GET' ? writeMember(site, id, request) : notFound
}
