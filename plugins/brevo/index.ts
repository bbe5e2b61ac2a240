import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Contact, Receipt } from '../../core/contract/change.ts'
import { defineConnector } from '../../core/contract/connector.ts'
import { fieldsOf } from './attribute.ts'
import { locate, pathOf } from './contact.ts'
import { lookUpLists } from './list.ts'
import { holdingOf } from './map.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { observedRules } from './rules.ts'
import { settings, type Wire } from './settings.ts'
import { setUp } from './setup.ts'
import { webhook } from './webhook.ts'

const account = z.object({ companyName: z.string(), email: z.string() })

/** For good. By Brevo's own id, and by address too where that leads nowhere: somebody may have made the contact anew. */
const eraseOne = async ({ http }: Wire, { id, key, remoteId }: Contact): Promise<Receipt> => {
  for (const identifier of remoteId === undefined ? [key.value] : [remoteId, key.value]) {
    const path = pathOf(identifier)
    const { status } = await http({ method: 'DELETE', path, accept: [404], reply: z.unknown() })
    if (status === 204) return { contact: id, status: 'applied' }
    if (status !== 404) return { contact: id, status: 'retry', reason: `Brevo answered ${status} in place of 204` }
  }
  return { contact: id, status: 'unchanged' }
}

/** Version 3 of the API: contacts with their attributes and lists. */
export default defineConnector({
  id: 'brevo',
  title: 'Brevo',
  summary: 'Puts decisions into the attributes and lists of Brevo contacts, and reads opt-outs, opens and clicks.',
  docs: 'https://developers.brevo.com/reference',
  channel: 'email',
  settings,
  keys: ['email', 'phone'],
  memberships: { list: 'Lists of contacts' },
  defaults: { firstName: 'FIRSTNAME', lastName: 'LASTNAME', phone: 'SMS' },
  // https://developers.brevo.com/docs/api-limits: all below /contacts 10 a second and 36,000 an hour; whatever is not
  // listed there 100 an hour. A list takes 150 contacts in a request.
  limits: {
    batch: 100,
    concurrency: 5,
    perSecond: 10,
    timeoutMs: 30_000,
    routes: [
      { paths: ['/account'], perSecond: 100 / 3600, burst: 10 },
      { paths: ['/webhooks'], perSecond: 100 / 3600, burst: 10 },
      { paths: ['/emailCampaigns'], perSecond: 100 / 3600, burst: 10 },
    ],
  },
  ways: {
    push: { mode: 'batch', atomic: true, failures: 'whole', upsert: 'id' },
    pull: 'updated-since',
  },
  permissions: ['An API key: it has all rights of the account'],
  proven: [{ by: 'contract', what: 'Swagger of brevo-go, 2025-02', on: '2026-11-22' }],
  reads: [
    { method: 'GET', path: '/account' },
    { method: 'GET', path: '/contacts' },
    { method: 'GET', path: '/contacts/*' },
    { method: 'GET', path: '/contacts/attributes' },
    { method: 'GET', path: '/contacts/lists' },
    { method: 'GET', path: '/contacts/folders' },
    { method: 'GET', path: '/contacts/segments' },
    { method: 'GET', path: '/emailCampaigns' },
    { method: 'GET', path: '/webhooks' },
  ],
  connect: ({ baseUrl, apiKey }) => ({ baseUrl, headers: { 'api-key': apiKey } }),

  async check({ http }) {
    const { body } = await http({ method: 'GET', path: '/account', reply: account })
    const epoch = createHash('sha256').update(body.email.toLowerCase()).digest('hex').slice(0, 16)
    return { account: body.companyName || 'Brevo', epoch }
  },

  fields: fieldsOf,
  setup: setUp,
  pull,
  push,

  async read(ctx, contacts, { fields, memberships }) {
    const found = await locate(ctx, contacts)
    const lists = await lookUpLists(
      ctx,
      memberships.map(({ name }) => name),
    )
    return new Map(
      contacts.map(({ id }) => {
        const held = found.get(id)
        return [id, held ? holdingOf(held, fields, memberships, lists) : null]
      }),
    )
  },

  erase: (ctx, contacts) => Promise.all(contacts.map((contact) => eraseOne(ctx, contact))),
  webhook,
  observedRules,
})
