import { defineConnector } from '../../core/contract/connector.ts'
import { holdingOf } from './map.ts'
import { erase, push } from './push.ts'
import { observedRules, segmentsOf } from './rules.ts'
import { settings } from './settings.ts'
import { find } from './user.ts'

/**
 * The users of one app and their tags. The API has no list of users or of tags, so there is nothing to pull or to
 * discover; tags need no setup.
 */
export default defineConnector({
  id: 'onesignal',
  title: 'OneSignal',
  summary: 'Puts decisions into the tags of OneSignal users, for push, in-app messages and journeys to use.',
  docs: 'https://documentation.onesignal.com/reference/rest-api-overview',
  channel: 'push',
  settings,
  keys: ['email', 'userId'],
  memberships: {},
  defaults: { firstName: 'first_name', lastName: 'last_name' },
  // The vendor gives no figure but answers 429 with Retry-After; each user takes three requests.
  limits: { batch: 50, concurrency: 10, perSecond: 50, timeoutMs: 30_000 },
  ways: { push: { mode: 'single', atomic: false, failures: 'whole', upsert: 'external_id' } },
  permissions: ['An App API key of the app'],
  proven: [{ by: 'contract', what: 'OpenAPI 5.12.0', on: '2026-11-22' }],
  reads: [
    { method: 'GET', path: '/apps/*/users/by/*/*' },
    { method: 'GET', path: '/apps/*/segments' },
    { method: 'GET', path: '/apps/*/journeys' },
  ],
  connect: ({ baseUrl, apiKey }) => ({ baseUrl, headers: { authorization: `Key ${apiKey}` } }),

  /** An App API key may not read the app itself; its oldest segment was made with it. */
  async check(ctx) {
    const [oldest] = await segmentsOf(ctx, 1)
    const { appId } = ctx.settings
    return { account: `App ${appId}`, epoch: `${appId}/${oldest?.id ?? ''}@${oldest?.created_at ?? ''}` }
  },

  push,

  async read(ctx, contacts, { fields }) {
    const entries = contacts.map(async (contact) => {
      const found = await find(ctx, contact)
      return [contact.id, found ? holdingOf(found, fields, ctx.settings.tagTypes) : null] as const
    })
    return new Map(await Promise.all(entries))
  },

  erase,
  observedRules,
})
