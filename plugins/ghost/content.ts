import { z } from 'zod'
import type { ContentEntry, ObservedRule } from '../../core/contract/content.ts'
import { ask, listAll, quoted } from './api.ts'
import type { GhostContext } from './settings.ts'

const kinds = { posts: 'post', pages: 'page' } as const
type Collection = keyof typeof kinds
const entry = z.object({ id: z.string(), title: z.string(), url: z.string(), updated_at: z.string() })

const published = async (ctx: GhostContext, name: Collection, search: string, limit: number) => {
  const filter = `status:published${search === '' ? '' : `+title:~${quoted(search)}`}`
  const query = { filter, limit, order: 'updated_at desc', fields: 'id,title,url,updated_at' }
  const reply = z.object({ [name]: z.array(entry) })
  const { body } = await ask(ctx, { method: 'GET', path: `/${name}/`, query, reply })
  return (body[name] ?? []).map(({ id, title, url, updated_at }): ContentEntry => {
    return { id, title, kind: kinds[name], locale: null, url, updatedAt: updated_at }
  })
}

/** Posts and pages that readers can see; a draft has no address for them. */
export const content = async (ctx: GhostContext, search: string, limit: number): Promise<readonly ContentEntry[]> => {
  const found = await Promise.all([published(ctx, 'posts', search, limit), published(ctx, 'pages', search, limit)])
  return found
    .flat()
    .sort((a, b) => Date.parse(b.updatedAt) - Date.parse(a.updatedAt))
    .slice(0, limit)
}

const changed = { id: z.string(), name: z.string(), updated_at: z.string().nullish().default(null) }
const newsletter = z.object({
  ...changed,
  status: z.string(),
  visibility: z.string().nullish(),
  description: z.string().nullish().default(null),
})
const tier = z.object({
  ...changed,
  active: z.boolean(),
  visibility: z.string().nullish(),
  description: z.string().nullish().default(null),
})
const offer = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  display_title: z.string().nullish().default(null),
  display_description: z.string().nullish().default(null),
  cadence: z.string().nullish(),
  tier: z.object({ name: z.string().nullish() }).nullish(),
})
const scheduled = z.object({
  id: z.string(),
  title: z.string(),
  updated_at: z.string().nullish().default(null),
  email_segment: z.string().nullish().default(null),
  email_subject: z.string().nullish().default(null),
  newsletter: z.object({ name: z.string() }).nullish(),
})

/** Posts that will go out by mail, each to a segment in Ghost's own filter language. */
const mailings = async (ctx: GhostContext): Promise<readonly ObservedRule[]> => {
  const query = { filter: 'status:scheduled', include: 'newsletter,email', limit: 100 }
  const reply = z.object({ posts: z.array(scheduled) })
  const { body } = await ask(ctx, { method: 'GET', path: '/posts/', query, reply })
  return body.posts.flatMap(({ id, title, email_segment, email_subject, newsletter: by, updated_at }) =>
    by
      ? [
          {
            id: `mailing:${id}`,
            name: title,
            kind: 'mailing',
            active: true,
            audience: [by.name, email_segment].filter(Boolean).join(': '),
            says: email_subject ?? title,
            changedAt: updated_at,
          },
        ]
      : [],
  )
}

/** Newsletters, tiers and offers with whom they are for, and what is about to be sent. */
export const observedRules = async (ctx: GhostContext): Promise<readonly ObservedRule[]> => {
  const [newsletters, tiers, offers, posts] = await Promise.all([
    listAll(ctx, 'newsletters', newsletter),
    listAll(ctx, 'tiers', tier),
    ask(ctx, { method: 'GET', path: '/offers/', reply: z.object({ offers: z.array(offer) }) }),
    mailings(ctx),
  ])
  return [
    ...newsletters.map(({ id, name, status, visibility, description, updated_at }) => ({
      id: `newsletter:${id}`,
      name,
      kind: 'newsletter',
      active: status === 'active',
      audience: visibility ?? null,
      says: description,
      changedAt: updated_at,
    })),
    ...tiers.map(({ id, name, active, visibility, description, updated_at }) => ({
      id: `tier:${id}`,
      name,
      kind: 'tier',
      active,
      audience: visibility ?? null,
      says: description,
      changedAt: updated_at,
    })),
    ...offers.body.offers.map(({ id, name, status, display_title, display_description, cadence, tier: of }) => ({
      id: `offer:${id}`,
      name,
      kind: 'offer',
      active: status === 'active',
      audience: [of?.name, cadence].filter(Boolean).join(', ') || null,
      says: [display_title, display_description].filter(Boolean).join(': ') || null,
      changedAt: null,
    })),
    ...posts,
  ]
}
