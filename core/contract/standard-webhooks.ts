import type { Proof } from './webhook.ts'

/** The key of a Standard Webhooks secret: base64 behind an optional `whsec_`; `null` where there is none. */
export const standardKey = (secret: string | undefined): Uint8Array | null => {
  const text = (secret ?? '').replace(/^whsec_/, '')
  return text === '' ? null : Buffer.from(text, 'base64')
}

const secondsIn = (text: string | undefined): number | null => (/^\d+$/.test(text ?? '') ? Number(text) * 1000 : null)

/**
 * Standard Webhooks 1.0 (https://www.standardwebhooks.com): HMAC-SHA256 of `id.timestamp.body`, five minutes, several
 * signatures `v1,<base64>` separated by spaces.
 */
export const standardProof = <Settings>(secretOf: (settings: Settings) => string | undefined): Proof<Settings> => ({
  scheme: 'hmac',
  algorithm: 'sha256',
  encoding: 'base64',
  secret: (settings) => standardKey(secretOf(settings)),
  signatures: ({ headers }) =>
    (headers['webhook-signature'] ?? '')
      .split(' ')
      .filter((part) => part.startsWith('v1,'))
      .map((part) => part.slice('v1,'.length)),
  signed: (_, { headers, body }) => {
    const [id, seconds] = [headers['webhook-id'] ?? '', headers['webhook-timestamp'] ?? '']
    return id === '' ? null : [`${id}.${seconds}.`, body]
  },
  sentAt: ({ headers }) => secondsIn(headers['webhook-timestamp']),
})
