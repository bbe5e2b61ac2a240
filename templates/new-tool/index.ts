import { z } from 'zod'
import type { Receipt } from '../../core/contract/change.ts'
import { defineConnector, secret } from '../../core/contract/connector.ts'
import { contact, emailsOf, field, holdingOf, outcomeOf, result, upsertOf } from './map.ts'

const settings = z.strictObject({
  baseUrl: z.url().describe('Where the API of the account is'),
  apiKey: secret('Key with the right to read and write contacts'),
})

export default defineConnector({
  id: 'new-tool',
  title: 'New tool',
  summary: 'Writes fields of contacts.',
  docs: 'https://new-tool.example/api',
  channel: 'new-channel',
  settings,
  keys: ['email'],
  memberships: {},
  defaults: { firstName: 'first_name', lastName: 'last_name' },
  limits: { batch: 50, concurrency: 2, perSecond: 5, timeoutMs: 10_000 },
  ways: { push: { mode: 'batch', atomic: false, failures: 'by-key', upsert: 'email' } },
  permissions: ['Read and write contacts'],
  // Add a line for each thing that the connector was held to: live, contract, recorded.
  proven: [{ by: 'sandbox', what: 'the sandbox in this folder', on: '2026-11-21' }],
  reads: [
    { method: 'GET', path: '/account' },
    { method: 'GET', path: '/fields' },
    { method: 'POST', path: '/contacts/lookup' },
  ],
  connect: ({ baseUrl, apiKey }) => ({ baseUrl, headers: { authorization: `Bearer ${apiKey}` } }),

  async check({ http }) {
    const reply = z.object({ id: z.string(), name: z.string() })
    const { body } = await http({ method: 'GET', path: '/account', reply })
    return { account: body.name, epoch: body.id }
  },

  async fields({ http }) {
    const reply = z.object({ fields: z.array(field) })
    const { body } = await http({ method: 'GET', path: '/fields', reply })
    return body.fields.map(({ name, type }) => ({ name, type, label: name, writable: true }))
  },

  async push({ http }, changes) {
    const reply = z.object({ results: z.array(result) })
    const json = { contacts: changes.map(upsertOf) }
    const { body } = await http({ method: 'POST', path: '/contacts', json, reply })
    const results = new Map(body.results.map((one) => [one.ref, one]))
    return changes.map((change): Receipt => {
      const { id } = change.contact
      return { contact: id, ...outcomeOf(change, results.get(id)) }
    })
  },

  async read({ http }, contacts, wanted) {
    const reply = z.object({ contacts: z.array(contact) })
    const json = { emails: emailsOf(contacts) }
    const { body } = await http({ method: 'POST', path: '/contacts/lookup', json, reply })
    const found = new Map(body.contacts.map((one) => [one.email, holdingOf(one, wanted)]))
    return new Map(contacts.map(({ id, key }) => [id, found.get(key.value) ?? null]))
  },

  async erase({ http }, contacts) {
    const reply = z.object({ deleted: z.array(z.string()) })
    const json = { emails: emailsOf(contacts) }
    const { body } = await http({ method: 'POST', path: '/contacts/delete', json, reply })
    return contacts.map(({ id, key }): Receipt => {
      return { contact: id, status: body.deleted.includes(key.value) ? 'applied' : 'unchanged' }
    })
  },
})
