import type { ContactRecord } from '../../core/contract/record.ts'
import type { Webhook } from '../../core/contract/webhook.ts'
import { memberId } from './member.ts'
import type { Settings } from './settings.ts'

const header = 'x-mailchimp-signature'

/** `t=1718000000,v1=<hex>`; while a secret is being replaced there are several v1. */
const partsOf = (headers: Readonly<Record<string, string>>) => {
  const parts = (headers[header] ?? '').split(',').map((part) => part.trim())
  const of = (name: string) =>
    parts.filter((part) => part.startsWith(`${name}=`)).map((part) => part.slice(name.length + 1))
  return { seconds: of('t')[0] ?? '', signatures: of('v1') }
}

/** Only what the event says of consent: `profile` and `upemail` say nothing of it. */
const consents: Readonly<Record<string, boolean | undefined>> = {
  subscribe: true,
  unsubscribe: false,
  cleaned: false,
  profile: undefined,
  upemail: undefined,
}

/** The address is listed among the merge fields too, and groups are no fields. */
const noFields = new Set(['EMAIL', 'INTERESTS', 'GROUPINGS'])
const mergesIn = (form: URLSearchParams) =>
  [...form].flatMap(([name, value]) => {
    const tag = /^data\[merges\]\[(\w+)\]$/.exec(name)?.[1]
    return tag === undefined || noFields.has(tag) ? [] : [[tag, value || null] as const]
  })

/** `2026-11-21 12:00:00`, in UTC. */
const timeOf = (text: string) => Date.parse(`${text.replace(' ', 'T')}Z`)

const recordIn = (form: URLSearchParams, audience: string): ContactRecord | null => {
  const data = (name: string) => form.get(`data[${name}]`) ?? ''
  const [type, firedAt] = [form.get('type') ?? '', form.get('fired_at') ?? '']
  const email = data('new_email') || data('email')
  const isOurs = Object.hasOwn(consents, type) && data('list_id') === audience
  if (!isOurs || email === '' || Number.isNaN(timeOf(firedAt))) return null
  const addresses = [email, data('old_email')].filter(Boolean)
  return {
    kind: 'contact',
    // There is no id of the delivery: these three name an event, by the vendor's advice.
    id: `webhook:${type}:${data('id') || data('new_id') || memberId(email)}:${firedAt}`,
    at: new Date(timeOf(firedAt)).toISOString(),
    identifiers: addresses.map((value) => ({ type: 'email', value })),
    remoteId: memberId(email),
    fields: Object.fromEntries(mergesIn(form)),
    consent: consents[type],
  }
}

/** Signed over `seconds.body`. Source: https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/ */
export const webhook: Webhook<Settings> = {
  proof: {
    scheme: 'hmac',
    algorithm: 'sha256',
    encoding: 'hex',
    secret: ({ webhookSecret }) => webhookSecret,
    signatures: ({ headers }) => partsOf(headers).signatures,
    signed: (_, { headers, body }) => [`${partsOf(headers).seconds}.`, body],
    sentAt: ({ headers }) => {
      const { seconds } = partsOf(headers)
      return /^\d+$/.test(seconds) ? Number(seconds) * 1000 : null
    },
  },
  parse({ audience }, { body }) {
    const record = recordIn(new URLSearchParams(Buffer.from(body).toString('utf8')), audience)
    return record ? [record] : []
  },
}
