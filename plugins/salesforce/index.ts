import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { followSearch, type Search, searchTrail } from '../../core/contract/search.ts'
import { errorOf } from './ask.ts'
import { lookUpCampaigns, membersOf } from './campaign.ts'
import { held, locateWithKnown } from './contact.ts'
import { erase } from './erase.ts'
import { describe, fieldsFrom, isPulled } from './field.ts'
import { login } from './login.ts'
import { changed, holdingOf, optOut, recordOf } from './map.ts'
import { push } from './push.ts'
import { observedRules } from './rules.ts'
import { settings, type Wire } from './settings.ts'
import { setUp } from './setup.ts'
import { firstPage, nextPage, query } from './soql.ts'

/** Written by a long transaction, a time of change lies as far back when it shows. */
const unsettledMs = 120_000
const organization = z.object({ Id: z.string(), Name: z.string() })

const searchFor = async (ctx: Wire): Promise<Search> => {
  const { object, externalId } = ctx.settings
  const known = await describe(ctx)
  const names = known.filter(isPulled).map(({ name }) => name)
  const keys = { Email: 'email', ...(externalId === undefined ? {} : { [externalId]: 'userId' }) }
  const hasOptOut = known.some(({ name }) => name === optOut)
  const columns = new Set(['Id', changed, ...Object.keys(keys), ...(hasOptOut ? [optOut] : []), ...names])
  const from = `SELECT ${[...columns].join(',')} FROM ${object}`
  return async (at, after) => {
    const soql = `${from} WHERE ${changed} >= ${new Date(at).toISOString()} ORDER BY ${changed}, Id`
    const { records, next } = await (after ? nextPage(ctx, after, held) : firstPage(ctx, soql, held))
    return { records: records.map((record) => recordOf(record, names, keys)), after: next ?? undefined }
  }
}

/** Salesforce's REST API: contacts or leads, and the campaigns that they are in. */
export default defineConnector({
  id: 'salesforce',
  title: 'Salesforce',
  summary: 'Contacts or leads with their custom fields, campaigns, and who has opted out of e-mail.',
  docs: 'https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/intro_rest.htm',
  channel: 'crm',
  settings,
  keys: ['email', 'userId'],
  memberships: { campaign: 'Campaigns, by name' },
  defaults: { firstName: 'FirstName', lastName: 'LastName', phone: 'Phone' },
  // 200 records a call and 25 long calls at a time are the vendor's; its quota of a day depends on edition and licences.
  limits: { batch: 200, concurrency: 5, perSecond: 20, timeoutMs: 120_000 },
  ways: {
    push: { mode: 'batch', atomic: false, failures: 'in-order', upsert: 'email, or an external id' },
    pull: 'updated-since',
  },
  permissions: [
    'An external client app with the client credentials flow and the scope api, which runs as an integration user',
    'API Enabled; read, create, edit and delete on contacts (or leads), and field-level security on the mapped fields',
    'Read, edit and create on campaigns, and Marketing User, for memberships',
    'Customize Application and Manage Profiles and Permission Sets, for setup only',
  ],
  proven: [
    {
      by: 'recorded',
      what: '738 answers of the live REST API v42.0, and the form of 103 writes, from 2021 and 2022',
      on: '2026-11-22',
    },
    { by: 'sandbox', what: 'the dialect of the REST API v62.0', on: '2026-11-22' },
  ],
  reads: [
    { method: 'POST', path: '/services/oauth2/token' },
    { method: 'GET', path: '/services/oauth2/userinfo' },
    { method: 'GET', path: '/services/data/*/query' },
    { method: 'GET', path: '/services/data/*/query/*' },
    { method: 'GET', path: '/services/data/*/sobjects/*/describe' },
  ],
  errorOf,
  connect: ({ baseUrl }) => ({ baseUrl, headers: {} }),
  authorize: login,

  async check(ctx) {
    const [org] = await query(ctx, 'SELECT Id,Name FROM Organization', organization)
    if (!org)
      throw new ConnectorError('config', 'checking Salesforce: the integration user may not see the organization')
    return { account: org.Name, epoch: org.Id }
  },

  fields: async (ctx) => fieldsFrom(await describe(ctx)),
  setup: setUp,

  async *pull(ctx, cursor) {
    const from = searchTrail(cursor, 'Salesforce')
    const pace = { now: ctx.now, unsettledMs }
    for await (const { records, trail } of followSearch(from, await searchFor(ctx), pace))
      yield { records, cursor: JSON.stringify(trail) }
  },

  push,

  async read(ctx, contacts, wanted) {
    const found = await locateWithKnown(ctx, contacts, wanted.fields)
    const names = wanted.memberships.map(({ name }) => name)
    const campaigns = names.length > 0 ? await lookUpCampaigns(ctx, names) : new Map<string, readonly string[]>()
    const people = [...found.values()].map(({ Id }) => Id)
    const members = await membersOf(ctx, [...campaigns.values()].flat(), people)
    return new Map(
      contacts.map(({ id }) => {
        const record = found.get(id)
        return [id, record ? holdingOf(record, wanted, campaigns, members) : null]
      }),
    )
  },

  erase,
  observedRules,
})
