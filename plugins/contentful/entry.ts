import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import { type ContentfulContext, pathIn } from './settings.ts'

const link = z.object({ sys: z.object({ type: z.literal('Link'), linkType: z.literal('Tag'), id: z.string() }) })
export type TagLink = z.output<typeof link>

/** Source: https://www.contentful.com/developers/docs/references/content-management-api/entries */
export const entry = z.object({
  sys: z.object({
    id: z.string(),
    version: z.number(),
    /** The version that is published; the one after it differs only in having been published. */
    publishedVersion: z.number().optional(),
    archivedVersion: z.number().optional(),
    updatedAt: z.iso.datetime({ offset: true }),
    contentType: z.object({ sys: z.object({ id: z.string() }) }).optional(),
  }),
  /** By field, then by locale. An empty field is not there. */
  fields: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  /** With whatever else Contentful keeps in it, since a write replaces all of it. */
  metadata: z.looseObject({ tags: z.array(link).default([]) }).default({ tags: [] }),
})
export type Entry = z.output<typeof entry>

export const pageSize = 100
type Query = Readonly<Record<string, string | number>>
export const entriesBy = async (ctx: ContentfulContext, filters: Query): Promise<readonly Entry[]> => {
  const query = { limit: pageSize, ...filters }
  const reply = z.object({ items: z.array(entry) })
  return (await ctx.http({ method: 'GET', path: pathIn(ctx, '/entries'), query, reply })).body.items
}
/** Of the visitors. */
export const visitorsBy = (ctx: ContentfulContext, filters: Query): Promise<readonly Entry[]> =>
  entriesBy(ctx, { content_type: ctx.settings.contentType, ...filters })

/** The id that a visitor's entry gets here: made from the address, so that no two can be made for one. */
export const visitorId = (email: string): string =>
  `visitor-${createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 40)}`
export const entryPath = (ctx: ContentfulContext, id: string, rest = ''): string =>
  pathIn(ctx, `/entries/${encodeURIComponent(id)}${rest}`)

const emailIn = ({ fields }: Entry): string => String(Object.values(fields.email ?? {})[0] ?? '').toLowerCase()
const isOf =
  ({ key }: Contact) =>
  (found: Entry) =>
    found.sys.id === visitorId(key.value) || emailIn(found) === key.value.toLowerCase()

/**
 * Entries by the contacts' ids: under the ids that they get here or had when they were last met, and those that editors
 * made, by their address. It is in lower case, which the content type sees to.
 */
export const find = async (
  ctx: ContentfulContext,
  contacts: readonly Contact[],
): Promise<ReadonlyMap<string, Entry>> => {
  const ids = contacts.flatMap(({ key, remoteId }) => [
    visitorId(key.value),
    ...(remoteId === undefined ? [] : [remoteId]),
  ])
  const byId = await visitorsBy(ctx, { 'sys.id[in]': [...new Set(ids)].join(',') })
  const missing = contacts.filter((contact) => !byId.some(isOf(contact)))
  const emails = missing.map(({ key }) => key.value.toLowerCase()).join(',')
  const byEmail = missing.length > 0 ? await visitorsBy(ctx, { 'fields.email[in]': emails }) : []
  const all = [...byId, ...byEmail]
  const pairs = contacts.map((contact) => [contact.id, all.find(isOf(contact))] as const)
  return new Map(pairs.flatMap(([id, hit]) => (hit ? [[id, hit] as const] : [])))
}
