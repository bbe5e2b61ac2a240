import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { revision } from './api.ts'
import { erase } from './erase.ts'
import { settle } from './job.ts'
import { lookUpLists, membersAmong } from './list.ts'
import { holdingOf } from './map.ts'
import { identifiers, locate } from './profile.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { observedRules } from './rules.ts'
import { settings } from './settings.ts'
import { setUp } from './setup.ts'
import { recall, webhook } from './webhook.ts'

const organisation = z.object({ organization_name: z.string() })
const account = z.object({ id: z.string(), attributes: z.object({ contact_information: organisation }) })
const minute = (perMinute: number, burst: number) => ({ perSecond: perMinute / 60, burst })

/** The JSON:API of Klaviyo: profiles by bulk import, lists, consent, events. */
export default defineConnector({
  id: 'klaviyo',
  title: 'Klaviyo',
  summary: 'Puts decisions into the properties and lists of Klaviyo profiles, and reads consent, opens and clicks.',
  docs: 'https://developers.klaviyo.com/en/reference/api_overview',
  channel: 'email',
  settings,
  keys: Object.keys(identifiers),
  memberships: { list: 'Lists; being in one says nothing of consent' },
  defaults: {
    firstName: 'first_name',
    lastName: 'last_name',
    phone: 'phone_number',
    company: 'organization',
    title: 'title',
    locale: 'locale',
  },
  // An import takes 10,000 profiles and 5 MB, but everybody in it is looked up before, 50 a request. Rates: the API's
  // description, where each operation states its burst by the second and its rate by the minute.
  limits: {
    batch: 1000,
    bytes: 4_000_000,
    eraseBatch: 50,
    concurrency: 10,
    ...minute(750, 75),
    timeoutMs: 30_000,
    routes: [
      { paths: ['/api/profile-bulk-import-jobs', '/api/profile-bulk-import-jobs/**'], ...minute(150, 10) },
      { method: 'POST', paths: ['/api/lists', '/api/lists/*/relationships/profiles'], ...minute(150, 10) },
      { method: 'DELETE', paths: ['/api/lists/*/relationships/profiles'], ...minute(150, 10) },
      { paths: ['/api/profiles/*/relationships/lists'], ...minute(60, 3) },
      { paths: ['/api/data-privacy-deletion-jobs'], ...minute(60, 3) },
      { paths: ['/api/metrics'], ...minute(150, 10) },
      { paths: ['/api/webhooks', '/api/webhook-topics'], ...minute(15, 1) },
      { paths: ['/api/accounts'], ...minute(15, 1) },
    ],
  },
  ways: {
    push: { mode: 'job', atomic: false, failures: 'by-report', upsert: 'email' },
    pull: 'updated-since',
  },
  permissions: [
    'accounts:read, events:read, metrics:read and segments:read',
    'profiles:read and profiles:write',
    'lists:read and lists:write',
    'flows:read, for the flows that a list, segment or metric triggers',
    'data-privacy:write, for erasure',
    'webhooks:read and webhooks:write, where the account may use the webhooks API',
  ],
  proven: [{ by: 'contract', what: `OpenAPI revision ${revision}`, on: '2026-11-22' }],
  reads: [
    { method: 'GET', path: '/api/accounts' },
    { method: 'GET', path: '/api/profiles' },
    { method: 'GET', path: '/api/profiles/*/relationships/lists' },
    { method: 'GET', path: '/api/profile-bulk-import-jobs/*' },
    { method: 'GET', path: '/api/profile-bulk-import-jobs/*/import-errors' },
    { method: 'GET', path: '/api/lists' },
    { method: 'GET', path: '/api/lists/*/relationships/profiles' },
    { method: 'GET', path: '/api/segments' },
    { method: 'GET', path: '/api/metrics' },
    { method: 'GET', path: '/api/events' },
    { method: 'GET', path: '/api/webhooks' },
    { method: 'GET', path: '/api/webhook-topics' },
  ],
  connect: ({ baseUrl, apiKey }) => ({
    baseUrl,
    headers: {
      authorization: `Klaviyo-API-Key ${apiKey}`,
      revision,
      accept: 'application/vnd.api+json',
      'content-type': 'application/vnd.api+json',
    },
  }),

  async check({ http }) {
    const { body } = await http({ method: 'GET', path: '/api/accounts', reply: z.object({ data: z.array(account) }) })
    const [own] = body.data
    if (!own) throw new ConnectorError('config', 'checking Klaviyo: the API key leads to no account')
    return { account: own.attributes.contact_information.organization_name || own.id, epoch: own.id }
  },

  setup: setUp,
  pull,
  push,
  settle,

  async read(ctx, contacts, { fields, memberships }) {
    const found = await locate(ctx, contacts)
    const lists = await lookUpLists(
      ctx,
      memberships.map(({ name }) => name),
    )
    const members = new Map<string, ReadonlySet<string>>()
    for (const [name, id] of lists) members.set(name, await membersAmong(ctx, id, [...found.values()]))
    return new Map(
      contacts.map(({ id }) => {
        const profile = found.get(id)
        const isIn = (name: string) => profile !== undefined && (members.get(name)?.has(profile.id) ?? false)
        const joined = memberships.filter(({ name }) => isIn(name))
        return [id, profile ? holdingOf(profile, fields, joined) : null]
      }),
    )
  },

  erase,
  webhook,
  recall,
  observedRules,
})
