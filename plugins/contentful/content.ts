import { z } from 'zod'
import type { ContentEntry, ObservedRule } from '../../core/contract/content.ts'
import { type Entry, entriesBy, entry, pageSize } from './entry.ts'
import { contentType } from './model.ts'
import { type ContentfulContext, pathIn } from './settings.ts'

/** The field that editors know an entry by, by content type. */
const titlesOf = async (ctx: ContentfulContext): Promise<ReadonlyMap<string, string>> => {
  const reply = z.object({ items: z.array(contentType) })
  const { body } = await ctx.http({ method: 'GET', path: pathIn(ctx, '/content_types'), query: { limit: 1000 }, reply })
  return new Map(body.items.flatMap(({ sys, displayField }) => (displayField ? [[sys.id, displayField] as const] : [])))
}
const textIn = ({ fields }: Entry, name: string, locale: string): string | null => {
  const value = fields[name]?.[locale]
  return typeof value === 'string' && value !== '' ? value : null
}

/**
 * Published entries of all types but visitors. Contentful searches all fields, by words; that the text is in the title is
 * seen here. An entry belongs to no page of its own, so that it has no address.
 */
export const content = async (
  ctx: ContentfulContext,
  search: string,
  limit: number,
): Promise<readonly ContentEntry[]> => {
  const { contentType: visitors, locale } = ctx.settings
  const titles = await titlesOf(ctx)
  const found = await entriesBy(ctx, {
    'sys.contentType.sys.id[nin]': visitors,
    'sys.publishedAt[exists]': 'true',
    order: '-sys.updatedAt',
    ...(search === '' ? { limit: Math.min(limit, pageSize) } : { query: search }),
  })
  const entries = found.map((one): ContentEntry => {
    const kind = one.sys.contentType?.sys.id ?? ''
    const title = textIn(one, titles.get(kind) ?? '', locale) ?? ''
    return { id: one.sys.id, title, kind, locale, url: null, updatedAt: one.sys.updatedAt }
  })
  return entries.filter(({ title }) => title.toLowerCase().includes(search.toLowerCase())).slice(0, limit)
}

const links = z.record(z.string(), z.object({ sys: z.object({ id: z.string() }) }))
/** Experiences and experiments of Contentful Personalization, which are entries, each with its audience. */
export const observedRules = async (ctx: ContentfulContext): Promise<readonly ObservedRule[]> => {
  const { locale } = ctx.settings
  const query = { content_type: 'nt_experience', limit: pageSize, order: '-sys.updatedAt' }
  // A space without Personalization has no such type, and Contentful then calls the query wrong.
  const reply = z.union([z.object({ items: z.array(entry) }), z.unknown().transform(() => ({ items: [] }))])
  const { body } = await ctx.http({ method: 'GET', path: pathIn(ctx, '/entries'), query, accept: [400], reply })
  const audienceOf = (one: Entry) => links.safeParse(one.fields.nt_audience).data?.[locale]?.sys.id
  const ids = [...new Set(body.items.flatMap((one) => audienceOf(one) ?? []))]
  const audiences = ids.length > 0 ? await entriesBy(ctx, { 'sys.id[in]': ids.join(',') }) : []
  return body.items.map((one): ObservedRule => {
    const audience = audiences.find(({ sys }) => sys.id === audienceOf(one))
    return {
      id: one.sys.id,
      name: textIn(one, 'nt_name', locale) ?? one.sys.id,
      kind: textIn(one, 'nt_type', locale)?.replace(/^nt_/, '') ?? 'experience',
      active: one.sys.publishedVersion !== undefined,
      audience: audience ? textIn(audience, 'nt_name', locale) : null,
      says: textIn(one, 'nt_description', locale),
      changedAt: one.sys.updatedAt,
    }
  })
}
