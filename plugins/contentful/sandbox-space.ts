import { z } from 'zod'

const link = z.object({ sys: z.object({ type: z.literal('Link'), linkType: z.string(), id: z.string() }) })
const entry = z.object({
  sys: z.object({
    id: z.string(),
    type: z.literal('Entry'),
    version: z.number(),
    publishedVersion: z.number().optional(),
    publishedAt: z.string().optional(),
    archivedVersion: z.number().optional(),
    createdAt: z.string(),
    updatedAt: z.string(),
    contentType: link,
  }),
  fields: z.record(z.string(), z.record(z.string(), z.unknown())),
  metadata: z.looseObject({ tags: z.array(link) }),
})
export type Kept = z.output<typeof entry>

const field = z.looseObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  required: z.boolean().default(false),
  disabled: z.boolean().default(false),
  validations: z
    .array(z.looseObject({ unique: z.boolean().optional(), regexp: z.looseObject({ pattern: z.string() }).optional() }))
    .default([]),
})
export const typeInput = z.object({
  name: z.string(),
  displayField: z.string().nullish().default(null),
  fields: z.array(field).max(50),
})
const type = typeInput.extend({
  sys: z.object({
    id: z.string(),
    type: z.literal('ContentType'),
    version: z.number(),
    publishedVersion: z.number().optional(),
  }),
})
export type KeptType = z.output<typeof type>
const tag = z.object({ sys: z.looseObject({ id: z.string() }), name: z.string() })
const space = z.object({
  name: z.string(),
  made: z.number(),
  types: z.record(z.string(), type),
  tags: z.array(tag),
  entries: z.array(entry),
  webhooks: z.record(z.string(), z.unknown()),
  secret: z.string().nullable(),
})
type State = z.output<typeof space>

export const visitorType = 'leitsternVisitor'
export const locale = 'en-US'
export const entryInput = z.object({
  fields: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  metadata: z.looseObject({ tags: z.array(link).default([]) }).default({ tags: [] }),
})
type Input = z.output<typeof entryInput>

const bare = { localized: false, disabled: false, omitted: false }
const address = '^[^A-Z\\s@]+@[^A-Z\\s@]+\\.[^A-Z\\s@]+$'
const email = {
  ...bare,
  id: 'email',
  name: 'Email',
  type: 'Symbol',
  required: true,
  validations: [{ unique: true }, { regexp: { pattern: address, flags: '' } }],
}
const article = { ...bare, id: 'title', name: 'Title', type: 'Symbol', required: true, validations: [] }
const typeWith = (id: string, displayField: string, fields: KeptType['fields']): KeptType => ({
  sys: { id, type: 'ContentType', version: 2, publishedVersion: 1 },
  name: id,
  displayField,
  fields,
})

/** One space with one environment, in memory. Every change of anything makes a new version of it. */
export const createSpace = (now: () => number, name = 'Contentful sandbox') => {
  let held: State = {
    name,
    made: 0,
    types: {
      [visitorType]: typeWith(visitorType, 'email', [email]),
      article: typeWith('article', 'title', [article]),
    },
    tags: [],
    entries: [],
    webhooks: {},
    secret: null,
  }
  const stamp = () => new Date(now()).toISOString()
  const nextId = () => {
    held.made += 1
    return `made${String(held.made).padStart(6, '0')}`
  }
  const byId = (id: string) => held.entries.find(({ sys }) => sys.id === id)
  const touch = (kept: Kept) => {
    kept.sys.version += 1
    kept.sys.updatedAt = stamp()
    return kept
  }
  const add = (id: string, typeId: string, input: Input): Kept => {
    const at = stamp()
    const contentType = { sys: { type: 'Link' as const, linkType: 'ContentType', id: typeId } }
    const made: Kept = { sys: { id, type: 'Entry', version: 1, createdAt: at, updatedAt: at, contentType }, ...input }
    held.entries.push(made)
    return made
  }

  return {
    byId,
    add,
    nextId,
    replace: (kept: Kept, input: Input) => touch(Object.assign(kept, input)),
    publish: (kept: Kept) => {
      kept.sys.publishedVersion = kept.sys.version
      kept.sys.publishedAt = stamp()
      return touch(kept)
    },
    unpublish: (kept: Kept) => {
      delete kept.sys.publishedVersion
      delete kept.sys.publishedAt
      return touch(kept)
    },
    remove: (kept: Kept) => {
      held.entries = held.entries.filter((other) => other !== kept)
    },
    writeType: (id: string, input: z.output<typeof typeInput>): KeptType => {
      const version = (held.types[id]?.sys.version ?? 0) + 1
      const made = { ...input, sys: { ...held.types[id]?.sys, id, type: 'ContentType' as const, version } }
      held.types[id] = made
      return made
    },
    publishType: (kept: KeptType) => {
      kept.sys.publishedVersion = kept.sys.version
      kept.sys.version += 1
      return kept
    },
    addTag: (id: string, tagName: string) => {
      const made = { sys: { id, type: 'Tag', version: 1, visibility: 'private' }, name: tagName }
      held.tags.push(made)
      return made
    },
    keepWebhook: (id: string, definition: unknown) => {
      held.webhooks[id] = definition
    },
    keepSecret: (secret: string) => {
      held.secret = secret
    },
    name: () => held.name,
    secret: () => held.secret,
    webhook: (id: string) => held.webhooks[id],
    types: (): Readonly<Record<string, KeptType>> => held.types,
    tags: (): readonly z.output<typeof tag>[] => held.tags,
    entries: (): readonly Kept[] => held.entries,
    state: () => structuredClone(held),
    restore: (state: unknown) => {
      held = space.parse(state)
    },
  }
}
export type Space = ReturnType<typeof createSpace>
