import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'

const stored = z.object({
  identity: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  subscribed: z.boolean().optional(),
})
export type Stored = z.output<typeof stored>
const app = z.object({ account: z.string(), nextId: z.number(), users: z.array(stored) })
type App = z.output<typeof app>

const values = z.record(z.string(), z.union([z.string(), z.number()]))
const written = z.object({
  identity: z.record(z.string(), z.string()).optional(),
  properties: z.object({ tags: values.optional() }).optional(),
})
type Tags = z.output<typeof values>

export const appId = '5eb5a37e-b458-11e3-ac11-000c2940e62c'
const ok = (json: unknown, status = 200): SandboxReply => ({ status, json })
export const problem = (status: number, title: string): SandboxReply => ({
  status,
  json: { errors: [{ code: `user-${status}`, title }] },
})
const notFound = problem(404, 'User not found')

/** What many devices send where they have no id: OneSignal takes no such alias. */
const blocked: readonly string[] = ['', 'null', 'na', 'nan', 'undefined', '0', '1', '-1', 'all', 'anonymous']
const shown = ({ identity, tags }: Stored) => ({ identity, properties: { tags }, subscriptions: [] })

/** One app in memory, with the rules that OneSignal holds users to. */
export const createApp = (account: string) => {
  let kept: App = { account, nextId: 1, users: [] }
  const uuid = (name: string) => {
    const hex = createHash('md5').update(`${kept.account}/${name}`).digest('hex')
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  }
  const find = (label: string, id: string) => kept.users.find(({ identity }) => identity[label] === id)
  const add = (identity: Stored['identity']): Stored => {
    kept.nextId += 1
    const made = { identity: { ...identity, onesignal_id: uuid(`user/${kept.nextId}`) }, tags: {} }
    kept.users.push(made)
    return made
  }
  /** Everything becomes text, an empty text removes its tag, and the others stay. */
  const tag = (user: Stored, tags: Tags) => {
    const merged = Object.entries({ ...user.tags, ...tags }).map(([name, value]) => [name, String(value)] as const)
    user.tags = Object.fromEntries(merged.filter(([, value]) => value !== ''))
  }
  const post = ({ body }: SandboxRequest): SandboxReply => {
    const { identity = {}, properties } = written.parse(body)
    const [[label = '', id = ''] = []] = Object.entries(identity)
    if (blocked.includes(id.toLowerCase())) return problem(400, `Alias ${label} is not valid`)
    const there = find(label, id)
    const user = there ?? add(identity)
    tag(user, properties?.tags ?? {})
    return ok(shown(user), there ? 200 : 201)
  }
  const patch = (user: Stored, { body }: SandboxRequest): SandboxReply => {
    tag(user, written.parse(body).properties?.tags ?? {})
    return ok({ properties: { tags: user.tags } }, 202)
  }
  const remove = (user: Stored): SandboxReply => {
    kept.users = kept.users.filter((other) => other !== user)
    return ok({ identity: user.identity })
  }
  const ofUser = (user: Stored, request: SandboxRequest): SandboxReply => {
    const routes: Readonly<Record<string, () => SandboxReply>> = {
      GET: () => ok(shown(user)),
      PATCH: () => patch(user, request),
      DELETE: () => remove(user),
    }
    return routes[request.method]?.() ?? notFound
  }
  const segments = () => {
    const made = {
      id: uuid('segment'),
      name: 'Total Subscriptions',
      created_at: '2020-01-01T00:00:00Z',
      is_active: true,
    }
    return ok({ total_count: 1, offset: 0, limit: 300, segments: [made] })
  }
  return {
    find,
    add,
    tag,
    held: (): App => kept,
    restore: (state: unknown) => {
      kept = app.parse(state)
    },
    /** Answers as the API does, for this one app. */
    answer: (request: SandboxRequest): SandboxReply => {
      const { pathname } = new URL(request.path, 'https://api.onesignal.com')
      const [, rest] = new RegExp(`^/apps/${appId}(/.*)$`).exec(pathname) ?? []
      const [, label, id] = /^\/users\/by\/([^/]+)\/([^/]+)$/.exec(rest ?? '') ?? []
      if (label !== undefined && id !== undefined) {
        const user = find(decodeURIComponent(label), decodeURIComponent(id))
        return user ? ofUser(user, request) : notFound
      }
      const routes: Readonly<Record<string, () => SandboxReply>> = {
        'POST /users': () => post(request),
        'GET /segments': segments,
        'GET /journeys': () => ok({ journeys: [], has_more: false }),
      }
      return routes[`${request.method} ${rest}`]?.() ?? notFound
    },
  }
}
export type AppInMemory = ReturnType<typeof createApp>
