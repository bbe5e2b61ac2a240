import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { followAll, keyset } from '../../core/contract/streams.ts'
import { content } from './content.ts'
import { collectionPath, entriesBy, entriesWith, find } from './entry.ts'
import { holdingOf, recordOf, rowOf } from './map.ts'
import { erase, push } from './push.ts'
import { fieldsOf, setUp } from './schema.ts'
import { type StrapiContext, settings } from './settings.ts'
import { webhook } from './webhook.ts'

/** Times may be set before a transaction ends. */
const unsettledMs = 5_000
const locale = z.object({ documentId: z.string(), createdAt: z.string() })

/** Strapi names no server to a token. The locale that each database begins with has an id of its own. */
const databaseOf = async ({ http }: StrapiContext): Promise<string> => {
  const { body } = await http({ method: 'GET', path: '/api/i18n/locales', reply: z.array(locale) })
  const [first] = [...body].sort((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt))
  if (first) return first.documentId
  throw new ConnectorError('config', 'checking Strapi: it has no locale, by which its database is told from others')
}

const entriesAfter = (ctx: StrapiContext) => async (at: number, id: string) => {
  const time = new Date(at).toISOString()
  const found = await entriesBy(ctx, {
    'filters[$or][0][updatedAt][$gt]': time,
    'filters[$or][1][updatedAt][$eq]': time,
    'filters[$or][1][documentId][$gt]': id,
    'sort[0]': 'updatedAt:asc',
    'sort[1]': 'documentId:asc',
  })
  return found.map(rowOf)
}

/** Strapi 5: visitors are entries of a content type, which the site's front end reads what was decided from. */
export default defineConnector({
  id: 'strapi',
  title: 'Strapi',
  summary: 'Puts decisions into a content type for visitors, and finds content to refer to.',
  docs: 'https://docs.strapi.io/cms/api/rest',
  channel: 'wcm',
  settings,
  keys: ['email'],
  memberships: {},
  defaults: {},
  // Strapi limits nothing but its pages, to 100; the rest spares an ordinary server.
  limits: { batch: 25, readBatch: 50, concurrency: 4, perSecond: 20, timeoutMs: 30_000 },
  ways: {
    push: { mode: 'single', atomic: false, failures: 'whole', upsert: 'email' },
    pull: 'updated-since',
  },
  permissions: [
    'An API token: find, create, update and delete of the content type for visitors',
    'Content-type-builder, getContentTypes, and I18n, listLocales',
    'find of the content types that campaigns refer to',
  ],
  proven: [{ by: 'live', what: 'Strapi 5.54.0', on: '2026-11-22' }],
  reads: [{ method: 'GET', path: '/api/**' }],
  connect: ({ url, token }) => ({
    baseUrl: url.replace(/\/+$/, ''),
    headers: { authorization: `Bearer ${token}` },
  }),

  async check(ctx) {
    const path = collectionPath(ctx)
    const { status } = await ctx.http({
      method: 'GET',
      path,
      query: { 'pagination[pageSize]': 1 },
      accept: [404],
      reply: z.looseObject({}),
    })
    if (status === 404)
      throw new ConnectorError(
        'config',
        `checking Strapi: it answers nothing at ${path}: name the content type by its plural API id, or run setup`,
      )
    return { account: `${ctx.settings.collection} of ${ctx.settings.url}`, epoch: await databaseOf(ctx) }
  },

  fields: fieldsOf,
  setup: setUp,

  // A server may be set to shorter pages than are asked for, so that only an empty one is the last.
  pull: (ctx, cursor) => followAll(cursor, { visitors: keyset(entriesAfter(ctx), 1) }, { now: ctx.now, unsettledMs }),

  push,

  async read(ctx, contacts, { fields }) {
    const found = await find(ctx, contacts)
    return new Map(
      contacts.map(({ id }) => {
        const entry = found.get(id)
        return [id, entry ? holdingOf(entry, fields) : null]
      }),
    )
  },

  erase,
  webhook,

  async recall(ctx, hints) {
    const ids = [...new Set(hints.map(({ remoteId }) => remoteId))]
    const found = await entriesWith(ctx, ids)
    return hints.flatMap(({ id, at, remoteId }) => {
      const entry = found.find(({ documentId }) => documentId === remoteId)
      return entry?.email ? [recordOf(entry, { id, at })] : []
    })
  },

  content,
})
