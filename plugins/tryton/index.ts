import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { followSearch, searchTrail } from '../../core/contract/search.ts'
import { lookUpCategories } from './category.ts'
import { erase } from './erase.ts'
import { fields } from './field.ts'
import { holdingOf } from './map.ts'
import { locate } from './party.ts'
import { searchIn } from './pull.ts'
import { push } from './push.ts'
import { login, search } from './rpc.ts'
import { settings } from './settings.ts'
import { setUp } from './setup.ts'
import { msOf, time } from './time.ts'

/** A time of change is that of the transaction's start, and is seen at its end. */
const unsettledMs = 60_000
const moduleRow = z.object({ create_date: time })
const reading = ['party.party', 'party.contact_mechanism', 'party.category', 'ir.lang', 'ir.module']

/** Tryton's JSON-RPC: parties, their contact mechanisms and categories. */
export default defineConnector({
  id: 'tryton',
  title: 'Tryton',
  summary: 'Parties with their standard fields and ways to be contacted, in the categories that say what was decided.',
  docs: 'https://docs.tryton.org/projects/server/en/6.0/ref/models/models.html',
  channel: 'crm',
  settings,
  keys: ['email'],
  memberships: { category: 'Categories of parties, at the top of their tree' },
  defaults: { name: 'name', phone: 'phone', website: 'website' },
  // The server is the company's own and states no limits.
  limits: { batch: 50, concurrency: 2, perSecond: 20, timeoutMs: 30_000 },
  ways: {
    push: { mode: 'batch', atomic: true, failures: 'whole', upsert: 'email' },
    pull: 'updated-since',
  },
  permissions: [
    'A user of its own in a group that may read, create and write parties, contact mechanisms and party categories',
    'Execution of the wizard Erase Party, for erasure',
    'Read access to modules and languages',
  ],
  proven: [
    { by: 'live', what: 'Tryton 6.0.29 on SQLite', on: '2026-11-22' },
    { by: 'sandbox', what: 'the dialect of Tryton 6.0', on: '2026-11-22' },
  ],
  reads: [
    {
      method: 'POST',
      path: '/',
      when: {
        method: [
          'common.db.login',
          'model.party.contact_mechanism.fields_get',
          ...reading.map((model) => `model.${model}.search_read`),
        ],
      },
    },
  ],
  connect: ({ baseUrl }) => ({ baseUrl, headers: {} }),
  authorize: login,

  /** A database has no id of its own, but a time at which it was made. */
  async check(ctx) {
    const domain = [['name', '=', 'ir']]
    const [first] = await search(ctx, { model: 'ir.module', domain, fields: ['create_date'], row: moduleRow })
    if (!first) throw new ConnectorError('config', "checking Tryton: the hub's user may not read modules")
    const { host, pathname } = new URL(ctx.settings.baseUrl)
    const { microsecond } = first.create_date
    const made = `${new Date(msOf(first.create_date)).toISOString()}/${microsecond}`
    return { account: `Database ${pathname.replaceAll('/', '')} on ${host}`, epoch: made }
  },

  fields,
  setup: setUp,

  async *pull(ctx, cursor) {
    const from = searchTrail(cursor, 'Tryton')
    const pace = { now: ctx.now, unsettledMs }
    for await (const { records, trail } of followSearch(from, searchIn(ctx, await fields(ctx)), pace))
      yield { records, cursor: JSON.stringify(trail) }
  },

  push,

  async read(ctx, contacts, wanted) {
    const parties = await locate(ctx, contacts)
    const names = wanted.memberships.map(({ name }) => name)
    const categories = await lookUpCategories(ctx, names)
    return new Map(
      contacts.map(({ id }) => {
        const party = parties.get(id)
        return [id, party ? holdingOf(party, wanted, categories) : null]
      }),
    )
  },

  erase,
})
