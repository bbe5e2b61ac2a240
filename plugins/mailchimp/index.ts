import { z } from 'zod'
import type { Contact, Holding, Receipt, Wanted } from '../../core/contract/change.ts'
import { defineConnector } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { held, recordOf, type Types, typesOf } from './map.ts'
import { memberPath, membersSince, memberWith, pageSize } from './member.ts'
import { fieldsOf } from './merge-field.ts'
import { push } from './push.ts'
import { addressOf, type MailchimpContext, pathIn, settings } from './settings.ts'
import { setUp } from './setup.ts'
import { webhook } from './webhook.ts'

const account = z.object({ account_id: z.string(), account_name: z.string() })
const audience = z.union([
  z.object({ id: z.string(), name: z.string(), date_created: z.string() }),
  z.object({ status: z.literal(404) }),
])

const named = z.object({ name: z.string() })
/** A member shows 50 tags at most. */
const tagsOf = async (ctx: MailchimpContext, email: string) => {
  const reply = z.object({ tags: z.array(named) })
  const path = memberPath(ctx, email, '/tags')
  return (await ctx.http({ method: 'GET', path, query: { count: 1000 }, reply })).body.tags
}

const holdingOf = async (
  ctx: MailchimpContext,
  { key }: Contact,
  { fields, memberships }: Wanted,
  types: Types,
): Promise<Holding | null> => {
  const found = await memberWith(ctx, key.value)
  if (!found) return null
  const isCut = found.tags_count > found.tags.length && memberships.length > 0
  const tags = new Set((isCut ? await tagsOf(ctx, key.value) : found.tags).map(({ name }) => name))
  return {
    remoteId: found.id,
    fields: Object.fromEntries(fields.map((name) => [name, held(found, name, types)])),
    memberships: memberships.filter(({ kind, name }) => kind === 'tag' && tags.has(name)),
  }
}

/** For good, and not into the archive. Mailchimp then refuses the address until the person signs up again. */
const eraseOne = async (ctx: MailchimpContext, { id, key }: Contact): Promise<Receipt> => {
  const path = memberPath(ctx, key.value, '/actions/delete-permanent')
  const { status } = await ctx.http({ method: 'POST', path, accept: [404], reply: z.unknown() })
  if (status === 404) return { contact: id, status: 'unchanged' }
  if (status === 204) return { contact: id, status: 'applied' }
  return { contact: id, status: 'retry', reason: `Mailchimp answered ${status} in place of 204` }
}

/** The Marketing API 3.0: one audience, its members, merge fields and tags. */
export default defineConnector({
  id: 'mailchimp',
  title: 'Mailchimp',
  summary: 'Puts decisions into the merge fields and tags of a Mailchimp audience, for its newsletters to use.',
  docs: 'https://mailchimp.com/developer/marketing/api/',
  channel: 'email',
  settings,
  keys: ['email'],
  memberships: { tag: 'Tags of the audience' },
  defaults: { firstName: 'FNAME', lastName: 'LNAME' },
  // The vendor allows 10 connections at a time and 500 members in a call that may take 120 seconds, and no rate beyond that.
  limits: { batch: 200, concurrency: 10, perSecond: 50, timeoutMs: 120_000 },
  ways: {
    push: { mode: 'batch', atomic: false, failures: 'by-key', upsert: 'email' },
    pull: 'updated-since',
  },
  permissions: ['An API key: it has all rights of the user who made it, who needs the role Manager at least'],
  proven: [
    { by: 'recorded', what: '176 answers of the live Marketing API 3.0, from 2021 and 2022', on: '2026-11-22' },
    { by: 'sandbox', what: 'the dialect of the Marketing API 3.0', on: '2026-11-21' },
  ],
  reads: [
    { method: 'GET', path: '/' },
    { method: 'GET', path: '/lists/*' },
    { method: 'GET', path: '/lists/*/merge-fields' },
    { method: 'GET', path: '/lists/*/tag-search' },
    { method: 'GET', path: '/lists/*/members' },
    { method: 'GET', path: '/lists/*/members/*' },
    { method: 'GET', path: '/lists/*/members/*/tags' },
  ],
  connect: (given) => ({
    baseUrl: addressOf(given),
    headers: { authorization: `Basic ${Buffer.from(`leitstern:${given.apiKey}`).toString('base64')}` },
  }),

  async check(ctx) {
    const owner = await ctx.http({ method: 'GET', path: '/', reply: account })
    const list = await ctx.http({ method: 'GET', path: pathIn(ctx), accept: [404], reply: audience })
    if ('status' in list.body)
      throw new ConnectorError(
        'config',
        `checking Mailchimp: ${owner.body.account_name} has no audience ${ctx.settings.audience}: copy its id from the audience settings`,
      )
    const { id, name, date_created } = list.body
    return {
      account: `${name} (${owner.body.account_name})`,
      epoch: `${owner.body.account_id}/${id}@${date_created}`,
    }
  },

  fields: fieldsOf,
  setup: setUp,

  /** The cursor is the time of the last change seen. Its second is read again, for there may be more in it. */
  async *pull(ctx, cursor) {
    const types = typesOf(await fieldsOf(ctx))
    let [since, offset] = [cursor, 0]
    let before = new Set<string>()
    while (true) {
      const members = await membersSince(ctx, since, offset)
      const records = members.map((member) => recordOf(member, types))
      const last = members.at(-1)?.last_changed ?? since
      const news = records.filter(({ id }) => !before.has(id))
      if (last !== null && news.length > 0) yield { records: news, cursor: last }
      if (members.length < pageSize) return
      // Paging by offset alone would miss somebody whenever a member of an earlier page changes and moves to the end.
      offset = last === since ? offset + members.length : 0
      since = last
      before = new Set(records.map(({ id }) => id))
    }
  },

  push,

  async read(ctx, contacts, wanted) {
    const types = typesOf(await fieldsOf(ctx))
    const entry = async (contact: Contact) => [contact.id, await holdingOf(ctx, contact, wanted, types)] as const
    return new Map(await Promise.all(contacts.map(entry)))
  },

  erase: (ctx, contacts) => Promise.all(contacts.map((contact) => eraseOne(ctx, contact))),

  webhook,
})
