import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { erase } from './erase.ts'
import { holdingOf } from './map.ts'
import { pull } from './pull.ts'
import { push } from './push.ts'
import { accountPath, messagesBase, settings } from './settings.ts'
import { setUp } from './setup.ts'
import { find } from './user.ts'
import { recall, webhook } from './webhook.ts'

const account = z.object({ sid: z.string(), date_created: z.string() })

/**
 * Users of Conversations, whose attributes hold the decisions: no other product of Twilio keeps values for a person that
 * flows, agents and templates can read (bindings of Notify only have tags, messages and numbers nothing). And
 * programmable messaging, whose messages tell consent and delivery.
 */
export default defineConnector({
  id: 'twilio',
  title: 'Twilio',
  summary:
    'Puts decisions into the attributes of Twilio Conversations users, and reads opt-outs and delivery from messages.',
  docs: 'https://www.twilio.com/docs/conversations/api/user-resource',
  channel: 'sms',
  settings,
  keys: ['phone', 'email', 'userId'],
  memberships: {},
  defaults: { firstName: 'first_name', lastName: 'last_name' },
  // The vendor gives no figure but answers 429; each user takes two requests. Erasing takes one for each message.
  limits: { batch: 50, eraseBatch: 5, concurrency: 10, perSecond: 20, timeoutMs: 30_000 },
  ways: {
    push: { mode: 'single', atomic: false, failures: 'whole', upsert: 'identity' },
    pull: 'all',
  },
  permissions: ['The Account SID and its auth token: they have all rights of the account'],
  proven: [{ by: 'contract', what: 'OpenAPI of Conversations v1 and API 2010-04-01', on: '2026-11-22' }],
  reads: [
    { method: 'GET', path: '/v1/Users' },
    { method: 'GET', path: '/v1/Users/*' },
    { method: 'GET', path: '/v1/Services/*/Users' },
    { method: 'GET', path: '/v1/Services/*/Users/*' },
    { method: 'GET', path: '/2010-04-01/Accounts/*' },
    { method: 'GET', path: '/2010-04-01/Accounts/*/Messages.json' },
    { method: 'GET', path: '/2010-04-01/Accounts/*/Messages/*' },
  ],
  connect: ({ baseUrl, messagesUrl, accountSid, authToken }) => ({
    baseUrl,
    bases: { [messagesBase]: messagesUrl },
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
  }),

  async check(ctx) {
    const path = accountPath(ctx, '.json')
    const { body } = await ctx.http({ method: 'GET', base: messagesBase, path, reply: account })
    return { account: `Account ${body.sid}`, epoch: `${body.sid}@${body.date_created}` }
  },

  setup: setUp,
  pull,
  push,

  async read(ctx, contacts, { fields }) {
    const entries = contacts.map(async (contact) => {
      const found = await find(ctx, contact)
      return [contact.id, found ? holdingOf(found, fields) : null] as const
    })
    return new Map(await Promise.all(entries))
  },

  erase,
  webhook,
  recall,
})
