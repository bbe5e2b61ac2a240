import { z } from 'zod'
import type { TagLink } from './entry.ts'
import { type ContentfulContext, pathIn } from './settings.ts'

const tag = z.object({ sys: z.object({ id: z.string() }), name: z.string() })
/** More than an environment may have (500). */
const limit = 1000

/** Ids of tags by their names. */
export type Tags = ReadonlyMap<string, string>
export const tagsOf = async (ctx: ContentfulContext): Promise<Tags> => {
  const reply = z.object({ items: z.array(tag) })
  const { body } = await ctx.http({ method: 'GET', path: pathIn(ctx, '/tags'), query: { limit }, reply })
  return new Map(body.items.map(({ sys, name }) => [name, sys.id]))
}
export const linkTo = (id: string): TagLink => ({ sys: { type: 'Link', linkType: 'Tag', id } })

/** Private: no delivery token shows it. */
export const newTag = (name: string) => ({ name, sys: { visibility: 'private' as const } })
