import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { ask, tokenOf } from './api.ts'
import { content, observedRules } from './content.ts'
import { fieldsOf, holdingOf } from './map.ts'
import { find } from './member.ts'
import { pull, recall } from './pull.ts'
import { erase, push } from './push.ts'
import { type GhostContext, settings } from './settings.ts'
import { setUp } from './setup.ts'
import { webhook } from './webhook.ts'

const site = z.object({ title: z.string(), url: z.string(), site_uuid: z.string().nullish() })

const reach = (ctx: GhostContext) =>
  ask(ctx, {
    method: 'GET',
    path: '/members/',
    query: { limit: 1 },
    reply: z.object({ members: z.array(z.unknown()) }),
  })

/**
 * Ghost 5 and later, over its Admin API: members with their labels, which newsletters and posts are aimed by. A member has
 * no free fields, so that what is decided goes to labels, and for people to read to the note.
 */
export default defineConnector({
  id: 'ghost',
  title: 'Ghost',
  summary: 'Puts decisions into the labels and notes of members, which newsletters are aimed by.',
  docs: 'https://docs.ghost.org/admin-api/',
  channel: 'wcm',
  settings,
  keys: ['email'],
  memberships: { label: 'Labels of members, for filters and for segments of newsletters' },
  defaults: {},
  // Ghost states no rate for integrations, and shows 100 on a page; the rest spares an ordinary host.
  limits: { batch: 20, readBatch: 50, concurrency: 4, perSecond: 10, timeoutMs: 30_000 },
  ways: {
    push: { mode: 'single', atomic: false, failures: 'whole', upsert: 'email' },
    pull: 'updated-since',
  },
  permissions: ['A custom integration: its Admin API key may read and write members, labels and webhooks'],
  proven: [
    { by: 'live', what: 'Ghost 5.130.6', on: '2026-11-22' },
    { by: 'contract', what: '@tryghost/admin-api-schema 4.7.5', on: '2026-11-22' },
  ],
  reads: [
    { method: 'GET', path: '/site/' },
    { method: 'GET', path: '/members/' },
    { method: 'GET', path: '/members/events/' },
    { method: 'GET', path: '/labels/' },
    { method: 'GET', path: '/posts/' },
    { method: 'GET', path: '/pages/' },
    { method: 'GET', path: '/newsletters/' },
    { method: 'GET', path: '/tiers/' },
    { method: 'GET', path: '/offers/' },
  ],
  connect: ({ url, adminKey }) => {
    // The token itself lives for five minutes and is signed anew for each call; here a key that is none is found early.
    tokenOf(adminKey, 0)
    return { baseUrl: `${url.replace(/\/+$/, '')}/ghost/api/admin`, headers: { 'accept-version': 'v5.0' } }
  },

  async check(ctx) {
    // Ghost names the site to everybody, so that only the list of members tells whether the key is good.
    await reach(ctx)
    const { body } = await ask(ctx, { method: 'GET', path: '/site/', reply: z.object({ site }) })
    const { title, url, site_uuid } = body.site
    return { account: `${title} (${url})`, epoch: site_uuid ?? url }
  },

  async fields(ctx) {
    await reach(ctx)
    return fieldsOf(ctx.settings)
  },
  setup: setUp,
  pull,
  push,

  async read(ctx, contacts, wanted) {
    const found = await find(ctx, contacts)
    return new Map(
      contacts.map(({ id }) => {
        const member = found.get(id)
        return [id, member ? holdingOf(member, wanted) : null]
      }),
    )
  },

  erase,
  webhook,
  recall,
  content,
  observedRules,
})
