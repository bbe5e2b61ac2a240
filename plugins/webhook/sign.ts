import { createHash, createHmac } from 'node:crypto'
import { ConnectorError } from '../../core/contract/errors.ts'
import { standardKey } from '../../core/contract/standard-webhooks.ts'

/** The signature of a message. Source: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export const signatureOf = (secret: string, id: string, seconds: number, body: string): string => {
  const key = standardKey(secret)
  if (key === null || key.length === 0)
    throw new ConnectorError('config', 'signing a webhook: the secret holds no key: it is base64, behind whsec_')
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`
}

/** Each attempt is a message of its own: it states values, so that a receiver may take it twice. `now` in milliseconds. */
export const headersFor = (secret: string, body: string, now: number): Readonly<Record<string, string>> => {
  const id = `msg_${createHash('sha256').update(`${now} ${body}`).digest('hex').slice(0, 32)}`
  const seconds = Math.floor(now / 1000)
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatureOf(secret, id, seconds, body),
  }
}
