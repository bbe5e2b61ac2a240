import { escaped } from '../../core/contract/html.ts'
import type { Sandbox, SandboxFactory, SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import type { RawRequest } from '../../core/contract/webhook.ts'
import { results as listed, outgoing } from './message.ts'
import { answerTo, find, receiver, refusedAddress, seed } from './sandbox-receiver.ts'
import { headersFor, signatureOf } from './sign.ts'

const secret = 'whsec_c2FuZGJveC1zZWNyZXQtdGhhdC1zaWducw=='
const webhookSecret = 'whsec_c2FuZGJveC1zZWNyZXQtdGhhdC1wcm92ZXM='
const token = 'sandbox-gateway-token'
const toleranceS = 300
/** What its owner has made room for. A receiver has no way to be told of more, other than by a person. */
const room = ['text', 'other', 'link', 'number', 'flag', 'since', 'plan', 'head', 'offer', 'decision']

/** Two addresses: one that changes things, and one that only tells. */
const typesAt: Readonly<Record<string, readonly string[]>> = {
  '/hook?from=hub': ['ping', 'contacts.change', 'contacts.erase'],
  '/read': ['contacts.read'],
}

const signed = (text: string, at: number): RawRequest => ({
  method: 'POST',
  url: '/v1/hooks/webhook',
  headers: { 'content-type': 'application/json', ...headersFor(webhookSecret, text, at) },
  body: Buffer.from(text),
})

const page = (email: string, fields: Readonly<Record<string, unknown>>) => {
  const rows = Object.entries(fields).map(
    ([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(String(value))}</dd>`,
  )
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Sandbox receiver</title>
<style>body{font:15px/1.5 system-ui;margin:2rem}dt{color:#555}</style>
<h1>${escaped(email)}</h1><p>Sandbox of a receiver of webhooks, not a real one</p><dl>${rows.join('\n')}</dl></html>`
}

/** A receiver of webhooks in small. */
export const sandbox: SandboxFactory = ({ now, account = 'receiver' }) => {
  let held = receiver.parse({
    account,
    fields: room.map((word) => `ls_${word}`),
    contacts: [],
  })
  const settings = (baseUrl: string) => ({
    url: `${baseUrl}/hook?from=hub`,
    readUrl: `${baseUrl}/read`,
    secret,
    token,
    webhookSecret,
  })
  const isProven = ({ headers, body }: SandboxRequest): boolean => {
    const { 'webhook-id': id = '', 'webhook-timestamp': seconds = '', 'webhook-signature': given = '' } = headers
    const isTimely = Math.abs(now() / 1000 - Number(seconds)) <= toleranceS
    const expected = signatureOf(secret, id, Number(seconds), JSON.stringify(body))
    return isTimely && given.split(' ').includes(expected)
  }
  const handle = (request: SandboxRequest): SandboxReply => {
    const message = outgoing.safeParse(request.body).data
    if (request.headers.authorization !== `Bearer ${token}` || !isProven(request)) return { status: 401, json: {} }
    if (request.method !== 'POST' || !message || !typesAt[request.path]?.includes(message.type))
      return { status: 404, json: {} }
    return answerTo(held, message)
  }
  return {
    settings,
    wrongSettings: (baseUrl) => ({ ...settings(baseUrl), secret: 'whsec_YW5vdGhlci1zZWNyZXQtdGhhdC1zaWducw==' }),
    handle,
    half: (request) => {
      const message = outgoing.safeParse(request.body).data
      if (message?.type !== 'contacts.change' || message.data.contacts.length < 2) return null
      const middle = Math.ceil(message.data.contacts.length / 2)
      const part = { ...message, data: { contacts: message.data.contacts.slice(0, middle) } }
      const later = message.data.contacts.slice(middle).map(({ ref }) => ({ ref, status: 'retry', reason: 'too busy' }))
      const { results } = listed.parse(answerTo(held, part).json)
      return { status: 200, json: { results: [...results, ...later] } }
    },
    state: () => structuredClone(held),
    restore: (state) => {
      held = receiver.parse(state)
    },
    seed: (contacts) => {
      for (const contact of contacts) seed(held, contact)
    },
    contacts: () =>
      held.contacts
        .map(({ email, fields, memberships }) => ({ email, fields, memberships }))
        .sort((a, b) => (a.email < b.email ? -1 : 1)),
    page: (email) => page(email, find(held, email)?.fields ?? {}),
    webhook: (email, at) => {
      const { id, fields } = find(held, email) ?? { id: undefined, fields: {} }
      const item = { identifiers: [{ type: 'email', value: email }], remoteId: id, fields, consent: false }
      const timestamp = new Date(at).toISOString()
      return signed(JSON.stringify({ type: 'contacts.changed', timestamp, data: { contacts: [item] } }), at)
    },
    refused: refusedAddress,
  } satisfies Sandbox
}
