import { createHash } from 'node:crypto'
import { z } from 'zod'
import { defineConnector } from '../../core/contract/connector.ts'
import { erase } from './erase.ts'
import { pong } from './message.ts'
import { push } from './push.ts'
import { read } from './read.ts'
import { basesOf, send } from './send.ts'
import { settings } from './settings.ts'
import { webhook } from './webhook.ts'

/** Any tool, or what stands between: messages out and in by Standard Webhooks. */
export default defineConnector({
  id: 'webhook',
  title: 'Webhook',
  summary: 'Sends changes of contacts to any address as signed webhooks, and takes contacts and events the same way.',
  docs: 'https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md',
  channel: 'custom',
  settings,
  keys: ['email', 'userId', 'phone', 'anonymousId'],
  memberships: { group: 'Groups, lists, tags: whatever the receiver makes of them' },
  defaults: {},
  // Standard Webhooks asks for small messages, and for answers within half a minute.
  limits: { batch: 50, concurrency: 2, perSecond: 10, bytes: 500_000, timeoutMs: 30_000 },
  ways: { push: { mode: 'batch', atomic: false, failures: 'by-key', upsert: 'the key of the contact' } },
  permissions: ['An address that takes POST requests and checks their signature'],
  proven: [
    { by: 'contract', what: 'the test vectors of Standard Webhooks 1.0', on: '2026-11-22' },
    { by: 'sandbox', what: 'a receiver that answers with results and can be asked', on: '2026-11-22' },
  ],
  reads: [{ method: 'POST', path: '/**', when: { type: ['ping', 'contacts.read'] } }],
  errorOf: ({ status }) =>
    status === 410 ? { kind: 'config', meaning: 'the receiver wants no more messages: set another url' } : null,
  connect: ({ url, readUrl, token }) => ({
    ...basesOf(url, readUrl),
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  }),

  /** Somebody who takes the signature. A receiver that tells no account is known by its address, which may be a secret. */
  async check(ctx) {
    const { url } = ctx.settings
    const { data } = pong.safeParse(await send(ctx, 'ping', {}, z.unknown()))
    if (data) return { account: data.account, epoch: data.account }
    return { account: new URL(url).host, epoch: createHash('sha256').update(url).digest('hex').slice(0, 16) }
  },

  push,
  read,
  erase,
  webhook,
})
