import { z } from 'zod'
import type { SandboxReply } from '../../core/contract/sandbox.ts'

const account = z.object({
  id: z.number(),
  username: z.string(),
  email: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  roles: z.array(z.string()),
  registered_date: z.string(),
  /** Rows of the meta table: a single key has one at most. */
  meta: z.record(z.string(), z.array(z.unknown())),
})
export type Account = z.output<typeof account>
const metaField = z.object({
  name: z.string(),
  label: z.string(),
  type: z.enum(['string', 'number', 'boolean']),
  single: z.boolean(),
  format: z.string().optional(),
})
export type MetaField = z.output<typeof metaField>
const site = z.object({
  /** Where the site lives: names it. */
  url: z.string().default('https://wordpress.sandbox.example'),
  nextId: z.number(),
  fields: z.array(metaField),
  users: z.array(account),
})

export const userInput = z.object({
  username: z.string().optional(),
  email: z.string().optional(),
  first_name: z.string().optional(),
  last_name: z.string().optional(),
  roles: z.array(z.string()).default(['subscriber']),
  meta: z.record(z.string(), z.unknown()).default({}),
})
type Input = z.output<typeof userInput>

export const refuse = (status: number, code: string, message: string, data: object = {}): SandboxReply => ({
  status,
  json: { code, message, data: { status, ...data } },
})
const ok = (json: unknown, status = 200): SandboxReply => ({ status, json })
/** Comes with 500 and without data. */
const exists = (code: string, message: string): SandboxReply => ({ status: 500, json: { code, message, data: null } })
const invalidId = refuse(404, 'rest_user_invalid_id', 'Invalid user ID.')

/** What core's filters make of a name before it is stored. */
const filtered = (name: string) =>
  name
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/&(?!(?:amp|lt|gt);)/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')

const admin = (at: number): Account => ({
  id: 1,
  username: 'hub',
  email: 'editor@sandbox.example',
  first_name: 'Sandbox',
  last_name: 'Editor',
  roles: ['administrator'],
  registered_date: new Date(at).toISOString().replace('.000Z', '+00:00'),
  meta: {},
})
const emptyValues = { string: '', number: 0, boolean: false } as const

/** The users of a WordPress site and what the REST API lets be done to them. */
export const createSite = (now: () => number, account = 'wordpress') => {
  const url = `https://${account}.sandbox.example`
  let held: z.output<typeof site> = { url, nextId: 2, fields: [], users: [admin(0)] }

  const byId = (id: number) => held.users.find((user) => user.id === id)
  const byEmail = (email: string) => held.users.find((user) => user.email.toLowerCase() === email.toLowerCase())

  const shownMeta = ({ meta }: Account) =>
    Object.fromEntries(
      held.fields.map(({ name, type, single }) => {
        const rows = meta[name] ?? []
        return [name, single ? (rows[0] ?? emptyValues[type]) : rows]
      }),
    )
  const shown = (user: Account) => ({
    ...user,
    name: `${user.first_name} ${user.last_name}`.trim(),
    capabilities: user.roles.includes('administrator') ? { read: true, edit_posts: true } : { read: true },
    // PHP shows an empty map as a list.
    meta: held.fields.length > 0 ? shownMeta(user) : [],
  })

  const misfit = (user: Account, { name, type, single }: MetaField, value: unknown): SandboxReply | null => {
    const isNulled = value === null && single && type !== 'string'
    if (isNulled && (user.meta[name] ?? []).length === 0)
      return refuse(
        500,
        'rest_invalid_stored_value',
        `The ${name} property has an invalid stored value, and cannot be updated to null.`,
      )
    if (value === undefined || value === null) return null
    const items = Array.isArray(value) && !single ? value : [value]
    if (items.every((item) => typeof item === type)) return null
    return refuse(400, 'rest_invalid_type', `meta.${name}${single ? '' : '[0]'} is not of type ${type}.`)
  }
  const rowsOf = (value: unknown) => {
    if (value === null) return []
    return Array.isArray(value) ? value : [value]
  }
  /** Names are kept even where the meta is refused; meta keys that are not registered are dropped without a word. */
  const store = (user: Account, { first_name, last_name, meta }: Input): SandboxReply | null => {
    if (first_name !== undefined) user.first_name = filtered(first_name)
    if (last_name !== undefined) user.last_name = filtered(last_name)
    const given = held.fields.filter(({ name }) => meta[name] !== undefined)
    const problem = given.map((field) => misfit(user, field, meta[field.name])).find((found) => found !== null)
    if (problem) return problem
    for (const { name } of given) user.meta[name] = rowsOf(meta[name])
    return null
  }

  const create = (given: Input): SandboxReply => {
    const { username = '', email = '', roles } = given
    if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
      return refuse(400, 'rest_invalid_param', 'Invalid parameter(s): email', {
        params: { email: 'Invalid email address.' },
      })
    if (!/^[a-z0-9 _.@-]+$/i.test(username)) return refuse(400, 'rest_invalid_param', 'Invalid parameter(s): username')
    if (held.users.some((user) => user.username === username))
      return exists('existing_user_login', 'Sorry, that username already exists!')
    if (byEmail(email)) return exists('existing_user_email', 'Sorry, that email address is already used!')
    const registered_date = new Date(now()).toISOString().replace(/\.\d+Z$/, '+00:00')
    const user = { id: held.nextId, username, email, first_name: '', last_name: '', roles, registered_date, meta: {} }
    held.nextId += 1
    held.users.push(user)
    // The account stays, even where its meta is refused.
    return store(user, given) ?? ok(shown(user), 201)
  }
  const update = (id: number, given: Input): SandboxReply => {
    const user = byId(id)
    return user ? (store(user, given) ?? ok(shown(user))) : invalidId
  }
  const remove = (id: number, given: { force?: boolean | undefined; reassign?: number | undefined }): SandboxReply => {
    const user = byId(id)
    if (!user) return invalidId
    if (given.reassign === undefined)
      return refuse(400, 'rest_missing_callback_param', 'Missing parameter(s): reassign', { params: ['reassign'] })
    if (!given.force)
      return refuse(501, 'rest_trash_not_supported', "Users do not support trashing. Set 'force=true' to delete.")
    if (given.reassign === id || !byId(given.reassign))
      return refuse(400, 'rest_user_invalid_reassign', 'Invalid user ID for reassignment.')
    held.users = held.users.filter((other) => other !== user)
    return ok({ deleted: true, previous: shown(user) })
  }
  const register = (fields: readonly MetaField[]) => {
    const known = new Set(held.fields.map(({ name }) => name))
    held.fields.push(...fields.filter(({ name }) => !known.has(name)))
  }

  return {
    byId,
    byEmail,
    shown,
    create,
    update,
    remove,
    register,
    url: () => held.url,
    fields: (): readonly MetaField[] => held.fields,
    users: (): readonly Account[] => held.users,
    state: () => structuredClone(held),
    restore: (state: unknown) => {
      held = site.parse(state)
    },
  }
}
export type Site = ReturnType<typeof createSite>
export const registration = z.object({ fields: z.array(metaField) })
