import type { SourceRecord } from '../../core/contract/record.ts'
import type { Hint, RawRequest, Webhook } from '../../core/contract/webhook.ts'
import { lookUpMessage, recordOf } from './message.ts'
import type { Settings, Wire } from './settings.ts'

const formIn = ({ body }: RawRequest) => new URLSearchParams(Buffer.from(body).toString('utf8'))

/** What Twilio takes an incoming message for, in its own words; with Advanced Opt-Out there are many languages. */
const sayings: Readonly<Record<string, boolean>> = { STOP: false, START: true }
/** Twilio does not say when: the message itself does. */
const unknownTime = new Date(0).toISOString()

/** An incoming message, or a new state of one that was sent. It tells everything but the time, so the message is read. */
const hintIn = (form: URLSearchParams): Hint | null => {
  const sid = form.get('MessageSid') ?? ''
  const said = form.get('OptOutType') ?? ''
  if (!/^(SM|MM)[0-9a-fA-F]{32}$/.test(sid)) return null
  const state = form.get('MessageStatus') ?? form.get('SmsStatus') ?? ''
  const object = Object.hasOwn(sayings, said) ? said : 'message'
  return { kind: 'hint', id: `webhook:${sid}:${said || state}`, at: unknownTime, object, remoteId: sid }
}

/**
 * Signed over the address as Twilio has it and all parameters, sorted by name.
 * Source: https://www.twilio.com/docs/usage/security#validating-requests
 */
export const webhook: Webhook<Settings> = {
  proof: {
    scheme: 'hmac',
    algorithm: 'sha1',
    encoding: 'base64',
    secret: ({ authToken }) => authToken,
    signatures: ({ headers }) => [headers['x-twilio-signature'] ?? ''],
    signed: ({ webhookUrl }, request) => {
      const sorted = [...formIn(request)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      return [webhookUrl ?? request.url, ...sorted.map(([name, value]) => `${name}${value}`)]
    },
  },
  parse: (_, request) => {
    const hint = hintIn(formIn(request))
    return hint ? [hint] : []
  },
}

/** The messages that hints are about. */
export const recall = async (ctx: Wire, hints: readonly Hint[]): Promise<readonly SourceRecord[]> => {
  const records: SourceRecord[] = []
  for (const { remoteId, object } of hints) {
    const found = await lookUpMessage(ctx, remoteId)
    const record = found && recordOf(found, sayings[object])
    if (record) records.push(record)
  }
  return records
}
