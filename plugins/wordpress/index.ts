import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Change, Contact, Holding } from '../../core/contract/change.ts'
import { defineConnector, secret } from '../../core/contract/connector.ts'
import { batchSize, type Step, settle, type Write } from './batch.ts'
import { fieldsOf, setUp } from './fields.ts'
import { held, keptOutcome, recordOf, unregistered, unregisteredOutcome, writeOf } from './map.ts'
import { find, pageSize, self, usersBy } from './search.ts'
import { emptied, isStaff, type User, user } from './user.ts'
import { webhook } from './webhook.ts'

const settings = z.strictObject({
  url: z.url().describe('Address of the site; its REST API is below it at /wp-json'),
  user: z.string().min(1).describe('Login name of a user who may list, create, edit and delete users'),
  password: secret('Application password of that user (Users, Profile, Application Passwords)'),
  webhookSecret: secret('Signing secret (whsec_…) of the companion plugin; without it webhooks are refused').optional(),
})

/** Says nothing of the address: login names show in public places, and not every sign of an address is allowed in them. */
const loginFor = (email: string) => `customer-${createHash('sha256').update(email).digest('hex').slice(0, 20)}`

const creation = (email: string, fields: Write['body'] | null): Write => ({
  method: 'POST',
  path: '/wp/v2/users',
  body: {
    ...fields,
    username: loginFor(email),
    email,
    // Nobody is told: the customer sets one by 'Lost your password?'.
    password: randomBytes(24).toString('base64url'),
    roles: ['subscriber'],
  },
})

/** `blank` is a user as a new one will be; without it none may be created. */
const changeStep = ({ contact, fields }: Change, before: User | undefined, blank: User | null): Step<User> => {
  const basis = before ?? blank
  if (!basis) return { status: 'skipped', reason: 'the site has no user with this address' }
  const lost = unregistered(basis, fields)
  if (lost !== undefined) return unregisteredOutcome(lost)
  const body = writeOf(basis, fields)
  const judge = (after: User) => keptOutcome(fields, after)
  if (!before) return { write: creation(contact.key.value, body), judge }
  if (!body) return { status: 'unchanged', remoteId: String(before.id) }
  return { write: { method: 'POST', path: `/wp/v2/users/${before.id}`, body }, judge }
}

const deletionStep = (gone: User | undefined, heir: User): Step<unknown> => {
  if (!gone) return { status: 'unchanged' }
  if (isStaff(gone))
    return {
      status: 'rejected',
      reason: 'this user works on the site: an administrator must delete the account by hand',
    }
  const body = { force: true, reassign: heir.id }
  return {
    write: { method: 'DELETE', path: `/wp/v2/users/${gone.id}`, body },
    judge: () => ({ status: 'applied', remoteId: String(gone.id) }),
  }
}

const holdingOf = (found: User | undefined, fields: readonly string[]): Holding | null =>
  found
    ? {
        remoteId: String(found.id),
        fields: Object.fromEntries(fields.map((name) => [name, held(found, name) ?? null])),
        memberships: [],
      }
    : null

/** WordPress 5.6 and later with pretty permalinks. Contacts are users; what the hub decides goes to their meta. */
export default defineConnector({
  id: 'wordpress',
  title: 'WordPress',
  summary: 'Puts decisions into the user meta of a WordPress site, where themes and blocks read them.',
  docs: 'https://developer.wordpress.org/rest-api/reference/users/',
  channel: 'wcm',
  settings,
  keys: ['email'],
  // Core knows roles only, and these grant rights: nothing that a targeting rule should hand out.
  memberships: {},
  defaults: { firstName: 'first_name', lastName: 'last_name' },
  // Core limits nothing but its bulk call; the rest spares an ordinary PHP host.
  limits: { batch: batchSize, concurrency: 4, perSecond: 10, timeoutMs: 30_000 },
  ways: {
    push: { mode: 'batch', atomic: false, failures: 'in-order', upsert: 'email' },
    pull: 'all',
  },
  permissions: ['An application password of a user who may list, edit, create and delete users'],
  proven: [
    { by: 'live', what: 'WordPress 6.1.9', on: '2026-11-22' },
    { by: 'live', what: 'WordPress 6.6', on: '2026-11-21' },
    { by: 'contract', what: 'the routes that WordPress 6.6 lists', on: '2026-11-22' },
  ],
  reads: [
    { method: 'GET', path: '/' },
    { method: 'GET', path: '/wp/v2' },
    { method: 'GET', path: '/wp/v2/users' },
    { method: 'GET', path: '/wp/v2/users/me' },
  ],
  connect: ({ url, user: login, password }) => ({
    baseUrl: `${url.replace(/\/+$/, '')}/wp-json`,
    headers: { authorization: `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}` },
  }),

  async check(ctx) {
    const own = await self(ctx)
    const reply = z.object({ name: z.string(), url: z.string() })
    const { body } = await ctx.http({ method: 'GET', path: '/', query: { _fields: 'name,url' }, reply })
    return { account: `${body.name} (${body.url})`, epoch: `${body.url}#${own.id}@${own.registered_date}` }
  },

  fields: fieldsOf,
  setup: setUp,

  /** Users have no date of change, so every pull is a full scan; the last cursor leads back to its beginning. */
  async *pull(ctx, cursor) {
    const at = new Date(ctx.now()).toISOString()
    for (let page = Number(cursor ?? 1); ; page += 1) {
      const users = await usersBy(ctx, { page })
      const isLast = users.length < pageSize
      const records = users.filter((found) => !isStaff(found)).map((found) => recordOf(found, at))
      yield { records, cursor: String(isLast ? 1 : page + 1) }
      if (isLast) return
    }
  },

  async push(ctx, changes) {
    const found = await find(
      ctx,
      changes.map(({ contact }) => contact),
    )
    const isNew = ({ contact, create }: Change) => create && !found.has(contact.id)
    const blank = changes.some(isNew) ? emptied(await self(ctx)) : null
    const step = (change: Change) => changeStep(change, found.get(change.contact.id), change.create ? blank : null)
    return settle(ctx, new Map(changes.map((change) => [change.contact.id, step(change)])), user)
  },

  async read(ctx, contacts, { fields }) {
    const found = await find(ctx, contacts)
    return new Map(contacts.map(({ id }) => [id, holdingOf(found.get(id), fields)]))
  },

  async erase(ctx, contacts) {
    const found = await find(ctx, contacts)
    const heir: User | null = found.size > 0 ? await self(ctx) : null
    const step = ({ id }: Contact): Step<unknown> =>
      heir ? deletionStep(found.get(id), heir) : { status: 'unchanged' }
    return settle(ctx, new Map(contacts.map((contact) => [contact.id, step(contact)])), z.unknown())
  },

  webhook,
})
