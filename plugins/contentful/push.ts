import { z } from 'zod'
import type { Change, Contact, Outcome, Receipt } from '../../core/contract/change.ts'
import { type Entry, entry, entryPath, find, visitorId } from './entry.ts'
import { bodyOf, isNews, isPublished, keptOutcome } from './map.ts'
import { ofOneEntry, problem, problemOutcome } from './problem.ts'
import { type ContentfulContext, versionHeader } from './settings.ts'
import { type Tags, tagsOf } from './tag.ts'

const written = z.union([entry, problem])
const gone: Outcome = { status: 'skipped', reason: 'Contentful has no entry for this visitor' }

/** Without a version it is made; with one it is replaced, if nobody else has changed it. */
const put = async (ctx: ContentfulContext, change: Change, before: Entry | null, tags: Tags) => {
  const { contentType, locale } = ctx.settings
  const answer = await ctx.http({
    method: 'PUT',
    path: entryPath(ctx, before?.sys.id ?? visitorId(change.contact.key.value)),
    headers: before ? versionHeader(before.sys.version) : { 'x-contentful-content-type': contentType },
    json: bodyOf(change, before, tags, locale),
    accept: ofOneEntry,
    reply: written,
  })
  return answer.body
}
/** A draft reaches no front end; its fields are judged only here, as a whole. */
const publish = async (ctx: ContentfulContext, draft: Entry): Promise<Outcome> => {
  const path = entryPath(ctx, draft.sys.id, '/published')
  const headers = versionHeader(draft.sys.version)
  const { body } = await ctx.http({ method: 'PUT', path, headers, accept: ofOneEntry, reply: written })
  if ('message' in body) return problemOutcome(body)
  if (isPublished(body)) return { status: 'applied', remoteId: body.sys.id }
  return { status: 'retry', reason: 'Contentful does not show the entry as published' }
}

const writeOne = async (ctx: ContentfulContext, change: Change, before: Entry | null, tags: Tags): Promise<Outcome> => {
  const { locale, publish: isToBePublished } = ctx.settings
  const body = await put(ctx, change, before, tags)
  if ('message' in body) return problemOutcome(body)
  const kept = keptOutcome(change, body, tags, locale)
  if (kept.status !== 'applied' || !isToBePublished) return kept
  const outcome = await publish(ctx, body)
  // Nobody would look for a draft that can never be published.
  if (before === null && outcome.status === 'rejected') await eraseEntry(ctx, body)
  return outcome
}
const pushOne = async (ctx: ContentfulContext, change: Change, before: Entry | null, tags: Tags): Promise<Outcome> => {
  const missing = change.join.find(({ name }) => !tags.has(name))
  if (!before && !change.create) return gone
  if (missing) return { status: 'rejected', reason: `Contentful has no tag "${missing.name}": set the connector up` }
  if (before?.sys.archivedVersion !== undefined)
    return { status: 'rejected', reason: 'the entry is archived: an editor must bring it back first' }
  if (!before || isNews(change, before, tags, ctx.settings.locale)) return writeOne(ctx, change, before, tags)
  if (isPublished(before) || !ctx.settings.publish) return { status: 'unchanged', remoteId: before.sys.id }
  return publish(ctx, before)
}

const noTags: Tags = new Map()
/** Found together, then written one by one, each on the version that was found. */
export const push = async (ctx: ContentfulContext, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const found = await find(
    ctx,
    changes.map(({ contact }) => contact),
  )
  const tags = changes.some(({ join, leave }) => join.length + leave.length > 0) ? await tagsOf(ctx) : noTags
  const receipt = async (change: Change): Promise<Receipt> => {
    const contact = change.contact.id
    return { contact, ...(await pushOne(ctx, change, found.get(contact) ?? null, tags)) }
  }
  return Promise.all(changes.map(receipt))
}

const unpublished = async (ctx: ContentfulContext, { sys }: Entry): Promise<Outcome | number> => {
  if (sys.publishedVersion === undefined) return sys.version
  const path = entryPath(ctx, sys.id, '/published')
  const headers = versionHeader(sys.version)
  const { body } = await ctx.http({ method: 'DELETE', path, headers, accept: ofOneEntry, reply: written })
  return 'message' in body ? problemOutcome(body) : body.sys.version
}
/** What is published cannot be deleted. */
const eraseEntry = async (ctx: ContentfulContext, found: Entry): Promise<Outcome> => {
  const version = await unpublished(ctx, found)
  if (typeof version !== 'number') return version
  const path = entryPath(ctx, found.sys.id)
  const headers = versionHeader(version)
  const reply = z.union([problem, z.unknown().transform(() => null)])
  const { status, body } = await ctx.http({ method: 'DELETE', path, headers, accept: ofOneEntry, reply })
  if (body !== null) return problemOutcome(body)
  if (status === 204) return { status: 'applied', remoteId: found.sys.id }
  return { status: 'retry', reason: `Contentful answered ${status} in place of 204` }
}
export const erase = async (ctx: ContentfulContext, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const found = await find(ctx, contacts)
  const eraseOne = async ({ id }: Contact): Promise<Receipt> => {
    const there = found.get(id)
    const outcome: Outcome = there ? await eraseEntry(ctx, there) : { status: 'unchanged' }
    // Somebody else was faster, and the entry is gone: that was the wish.
    return { contact: id, ...(outcome.status === 'skipped' ? { status: 'unchanged' } : outcome) }
  }
  return Promise.all(contacts.map(eraseOne))
}
