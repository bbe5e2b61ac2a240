import { z } from 'zod'
import type { Contact, Receipt } from '../../core/contract/change.ts'
import { defineConnector } from '../../core/contract/connector.ts'
import { followSearch, type Search, searchTrail } from '../../core/contract/search.ts'
import { heldPage, locate } from './contact.ts'
import { listsOf, lookUpLists } from './list.ts'
import { holdingOf, optOut, recordOf, typesOf } from './map.ts'
import { fieldsFrom, isPulled, lookUpProperties } from './property.ts'
import { push } from './push.ts'
import { settings, type Wire } from './settings.ts'
import { setUp } from './setup.ts'
import { webhook } from './webhook.ts'

const pageSize = 100
/** A search finds a change only some seconds after it was made, and one of two changes before the other. */
const unsettledMs = 30_000
const account = z.object({ portalId: z.number(), accountType: z.string().nullish() })

const searchFor = async (ctx: Wire): Promise<Search> => {
  const known = await lookUpProperties(ctx)
  const types = typesOf(known)
  const names = known.filter(isPulled).map(({ name }) => name)
  return async (at, after) => {
    const filter = { propertyName: 'lastmodifieddate', operator: 'GTE', value: String(at) }
    const json = {
      filterGroups: [{ filters: [filter] }],
      sorts: [{ propertyName: 'lastmodifieddate', direction: 'ASCENDING' }],
      properties: ['email', 'lastmodifieddate', optOut, ...names],
      limit: pageSize,
      ...(after === undefined ? {} : { after }),
    }
    const path = '/crm/v3/objects/contacts/search'
    const { body } = await ctx.http({ method: 'POST', path, json, reply: heldPage })
    return { records: body.results.map((held) => recordOf(held, names, types)), after: body.paging?.next?.after }
  }
}

/**
 * By HubSpot's own id, and only who is there: a deletion by an unknown address bars that address from ever coming
 * back.
 */
const erase = async (ctx: Wire, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const found = await locate(ctx, contacts)
  const path = '/crm/v3/objects/contacts/gdpr-delete'
  for (const objectId of new Set([...found.values()].map(({ id }) => id)))
    await ctx.http({ method: 'POST', path, json: { objectId }, accept: [404], reply: z.unknown() })
  return contacts.map(({ id }) => ({ contact: id, status: found.has(id) ? 'applied' : 'unchanged' }))
}

/** HubSpot's CRM, in version 3 of its API. */
export default defineConnector({
  id: 'hubspot',
  title: 'HubSpot',
  summary: 'Contacts, their properties and static lists, and who has opted out of e-mail.',
  docs: 'https://developers.hubspot.com/docs/api-reference/legacy/crm/objects/contacts/guide',
  channel: 'crm',
  settings,
  keys: ['email'],
  memberships: { list: 'Static lists of contacts (called segments by now)' },
  defaults: { firstName: 'firstname', lastName: 'lastname', phone: 'phone' },
  limits: { batch: 100, concurrency: 4, perSecond: 10, timeoutMs: 30_000 },
  ways: {
    push: { mode: 'batch', atomic: false, failures: 'by-trace-id', upsert: 'email' },
    pull: 'updated-since',
  },
  permissions: [
    'crm.objects.contacts.read and crm.objects.contacts.write',
    'crm.schemas.contacts.read and crm.schemas.contacts.write, for setup',
    'crm.lists.read and crm.lists.write',
  ],
  proven: [
    { by: 'recorded', what: '747 answers of the live API v3, from 2022', on: '2026-11-22' },
    { by: 'contract', what: 'the models of @hubspot/api-client 13.5.0', on: '2026-11-22' },
    { by: 'sandbox', what: 'the dialect of API v3', on: '2026-11-21' },
  ],
  reads: [
    { method: 'GET', path: '/account-info/v3/details' },
    { method: 'GET', path: '/crm/v3/properties/contacts' },
    { method: 'GET', path: '/crm/v3/properties/contacts/groups/*' },
    { method: 'GET', path: '/crm/v3/lists/object-type-id/0-1/name/*' },
    { method: 'POST', path: '/crm/v3/lists/records/memberships/batch/read' },
    { method: 'POST', path: '/crm/v3/objects/contacts/batch/read' },
    { method: 'POST', path: '/crm/v3/objects/contacts/search' },
  ],
  connect: ({ baseUrl, accessToken }) => ({ baseUrl, headers: { authorization: `Bearer ${accessToken}` } }),

  async check({ http }) {
    const { body } = await http({ method: 'GET', path: '/account-info/v3/details', reply: account })
    return { account: `Portal ${body.portalId}`, epoch: String(body.portalId) }
  },

  fields: async (ctx) => fieldsFrom(await lookUpProperties(ctx)),
  setup: setUp,

  async *pull(ctx, cursor) {
    const from = searchTrail(cursor, 'HubSpot')
    const pace = { now: ctx.now, unsettledMs }
    for await (const { records, trail } of followSearch(from, await searchFor(ctx), pace))
      yield { records, cursor: JSON.stringify(trail) }
  },

  push,

  async read(ctx, contacts, wanted) {
    const types = typesOf(wanted.fields.length > 0 ? await lookUpProperties(ctx) : [])
    const found = await locate(ctx, contacts, wanted.fields)
    const lists = await lookUpLists(
      ctx,
      wanted.memberships.map(({ name }) => name),
    )
    const ids = [...found.values()].map(({ id }) => id)
    const memberOf = lists.size > 0 ? await listsOf(ctx, ids) : new Map<string, readonly string[]>()
    return new Map(
      contacts.map(({ id }) => {
        const held = found.get(id)
        return [id, held ? holdingOf(held, wanted, types, lists, memberOf.get(held.id) ?? []) : null]
      }),
    )
  },

  erase,
  webhook,
})
