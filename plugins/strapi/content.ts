import { z } from 'zod'
import type { ContentEntry } from '../../core/contract/content.ts'
import { pageSize } from './entry.ts'
import type { Shelf, StrapiContext } from './settings.ts'

const entry = z.looseObject({
  documentId: z.string(),
  updatedAt: z.string(),
  locale: z.string().nullish().default(null),
})
type Entry = z.output<typeof entry>

const placeholder = /\{(\w+)\}/g
const addressOf = (address: string | undefined, found: Entry): string | null =>
  address?.replace(placeholder, (_, name: string) => encodeURIComponent(String(found[name] ?? ''))) ?? null

const entriesOn = async (ctx: StrapiContext, shelf: Shelf, search: string, limit: number) => {
  const { collection, title } = shelf
  // Not by named fields: a type in one language refuses to be asked for `locale`, and others show it only when asked.
  const query = {
    ...(search === '' ? {} : { [`filters[${title}][$containsi]`]: search }),
    sort: 'updatedAt:desc',
    locale: '*',
    'pagination[pageSize]': Math.min(limit, pageSize),
  }
  const reply = z.object({ data: z.array(entry) })
  const { body } = await ctx.http({ method: 'GET', path: `/api/${collection}`, query, reply })
  return body.data.map(
    (found): ContentEntry => ({
      // One document in several languages has one id.
      id: found.locale === null ? found.documentId : `${found.documentId}:${found.locale}`,
      title: String(found[title] ?? ''),
      kind: collection,
      locale: found.locale,
      url: addressOf(shelf.address, found),
      updatedAt: found.updatedAt,
    }),
  )
}

/** Published entries of the content types that settings name, in all their languages. */
export const content = async (ctx: StrapiContext, search: string, limit: number): Promise<readonly ContentEntry[]> => {
  const found = await Promise.all(ctx.settings.content.map((shelf) => entriesOn(ctx, shelf, search, limit)))
  return found
    .flat()
    .sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt))
    .slice(0, limit)
}
