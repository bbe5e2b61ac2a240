import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { followAll, keyset } from '../../core/contract/streams.ts'
import type { Timed } from '../../core/contract/trail.ts'
import { content, observedRules } from './content.ts'
import { find, pageSize, visitorsBy } from './entry.ts'
import { holdingOf, recordOf, rowOf } from './map.ts'
import { fieldsOf } from './model.ts'
import { erase, push } from './push.ts'
import { type ContentfulContext, pathIn, settings, spacePath } from './settings.ts'
import { setUp } from './setup.ts'
import { tagsOf } from './tag.ts'
import { webhook } from './webhook.ts'

/** Searches may lag behind writes by some seconds. */
const unsettledMs = 10_000

const space = z.object({ name: z.string(), sys: z.object({ id: z.string() }) })
const environment = z.object({ sys: z.object({ id: z.string(), createdAt: z.string() }) })
const locales = z.object({ items: z.array(z.object({ code: z.string() })) })

/** There is no "or", so that a page begins with the rows of the same instant that were read already. */
const visitorsAfter =
  (ctx: ContentfulContext) =>
  async (at: number, id: string): Promise<readonly Timed[]> => {
    const query = { 'sys.updatedAt[gte]': new Date(at).toISOString(), order: 'sys.updatedAt,sys.id' }
    for (let skip = 0; ; skip += pageSize) {
      const found = await visitorsBy(ctx, { ...query, skip })
      const rows = found
        .map(rowOf(ctx.settings.locale))
        .filter((row) => row.at > at || (row.record.remoteId ?? '') > id)
      if (rows.length > 0 || found.length < pageSize) return rows
    }
  }

/**
 * The Content Management API. What is decided of a visitor is an entry of a content type, which front ends ask for;
 * what it refers to stays where editors keep it.
 */
export default defineConnector({
  id: 'contentful',
  title: 'Contentful',
  summary: 'Puts decisions into an entry for each visitor, and finds content to refer to.',
  docs: 'https://www.contentful.com/developers/docs/references/content-management-api/',
  channel: 'wcm',
  settings,
  keys: ['email'],
  memberships: { tag: "Tags of the visitor's entry, private ones" },
  defaults: {},
  // 7 requests a second, 10 on larger plans: https://www.contentful.com/developers/docs/technical-limits/
  limits: { batch: 20, readBatch: 40, concurrency: 4, perSecond: 7, timeoutMs: 30_000 },
  ways: {
    push: { mode: 'single', atomic: false, failures: 'whole', upsert: 'entry id, made from the email' },
    pull: 'updated-since',
  },
  permissions: [
    'A management token whose role may read, create, edit, publish, unpublish and delete entries of visitors',
    'For setup: Content model, Tags and Webhooks',
  ],
  proven: [
    { by: 'contract', what: 'requests and types of contentful-management 12.18.0', on: '2026-11-22' },
    { by: 'contract', what: 'a webhook signed by @contentful/node-apps-toolkit', on: '2026-11-22' },
    { by: 'recorded', what: 'answers of the live API from 2021: entries, content types, errors', on: '2026-11-22' },
  ],
  reads: [{ method: 'GET', path: '/spaces/**' }],
  connect: ({ baseUrl, token }) => ({
    baseUrl,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/vnd.contentful.management.v1+json' },
  }),

  async check(ctx) {
    const { body: home } = await ctx.http({ method: 'GET', path: spacePath(ctx), reply: space })
    const { body: place } = await ctx.http({ method: 'GET', path: pathIn(ctx, ''), reply: environment })
    const { body } = await ctx.http({ method: 'GET', path: pathIn(ctx, '/locales'), reply: locales })
    const { locale } = ctx.settings
    if (!body.items.some(({ code }) => code === locale))
      throw new ConnectorError(
        'config',
        `checking Contentful: ${home.name} has no locale ${locale}: name one of its own`,
      )
    return {
      account: `${home.name}, ${place.sys.id}`,
      epoch: `${home.sys.id}/${place.sys.id}@${place.sys.createdAt}`,
    }
  },

  fields: fieldsOf,
  setup: setUp,

  // Pages are made shorter below, so that only an empty one is the last.
  pull: (ctx, cursor) => followAll(cursor, { visitors: keyset(visitorsAfter(ctx), 1) }, { now: ctx.now, unsettledMs }),

  push,

  async read(ctx, contacts, wanted) {
    const found = await find(ctx, contacts)
    const tags = wanted.memberships.length > 0 ? await tagsOf(ctx) : new Map<string, string>()
    return new Map(
      contacts.map(({ id }) => {
        const entry = found.get(id)
        return [id, entry ? holdingOf(entry, wanted, tags, ctx.settings.locale) : null]
      }),
    )
  },

  erase,
  webhook,

  async recall(ctx, hints) {
    const ids = [...new Set(hints.map(({ remoteId }) => remoteId))].join(',')
    const found = await visitorsBy(ctx, { 'sys.id[in]': ids })
    return hints.flatMap(({ id, at, remoteId }) => {
      const entry = found.find(({ sys }) => sys.id === remoteId)
      const record = entry && recordOf(entry, ctx.settings.locale, { id, at })
      return record && record.identifiers.length > 0 ? [record] : []
    })
  },

  content,
  observedRules,
})
