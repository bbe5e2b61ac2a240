import { createHmac, createSign, generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { standardProof } from '../../core/contract/standard-webhooks.ts'
import type { Proof, RawRequest } from '../../core/contract/webhook.ts'
import { isProven } from '../../core/host/proof.ts'

const now = Date.UTC(2026, 10, 22, 12)
const body = Buffer.from('{"a":1}')
const request = (headers: Readonly<Record<string, string>>, bytes: Uint8Array = body): RawRequest => ({
  method: 'POST',
  url: 'https://hub.example/v1/hooks/tool',
  headers,
  body: bytes,
})
type Settings = { readonly secret?: string | undefined }
const shop: Proof<Settings> = {
  scheme: 'hmac',
  algorithm: 'sha1',
  encoding: 'hex',
  secret: ({ secret }) => secret,
  signatures: ({ headers }) => (headers['x-signature'] ?? '').split(','),
  signed: (_, { body: bytes }) => [bytes],
}
const signature = createHmac('sha1', 'key').update(body).digest('hex')

describe('an HMAC', () => {
  it.each<[string, Settings, RawRequest, boolean]>([
    ['that fits', { secret: 'key' }, request({ 'x-signature': signature }), true],
    ['beside another', { secret: 'key' }, request({ 'x-signature': `${'0'.repeat(40)},${signature}` }), true],
    ['of another secret', { secret: 'other' }, request({ 'x-signature': signature }), false],
    ['of another body', { secret: 'key' }, request({ 'x-signature': signature }, Buffer.from('{"a":2}')), false],
    ['that is missing', { secret: 'key' }, request({}), false],
    ['with something behind it', { secret: 'key' }, request({ 'x-signature': `${signature}zz` }), false],
    ['without a secret that is set', {}, request({ 'x-signature': signature }), false],
    [
      'of an empty secret',
      { secret: '' },
      request({ 'x-signature': createHmac('sha1', '').update(body).digest('hex') }),
      false,
    ],
  ])('%s', (_, settings, given, expected) => expect(isProven(shop, settings, given, now)).toBe(expected))
})

it.each([
  [0, true],
  [299_000, true],
  [-299_000, true],
  [301_000, false],
  [-301_000, false],
])('a Standard Webhook of %i ms ago is proven: %s', (ageMs, expected) => {
  const seconds = String((now - ageMs) / 1000)
  const secret = `whsec_${Buffer.from('a secret of the hub').toString('base64')}`
  const sign = createHmac('sha256', 'a secret of the hub').update(`msg_1.${seconds}.`).update(body).digest('base64')
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': seconds, 'webhook-signature': `v1a,zz v1,${sign}` }
  const proof = standardProof<Settings>(({ secret: given }) => given)
  expect(isProven(proof, { secret }, request(headers), now)).toBe(expected)
  expect(isProven(proof, { secret }, request({ ...headers, 'webhook-id': '' }), now)).toBe(false)
})

describe('an ECDSA signature', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const proof: Proof<{ readonly key: string | null }> = {
    scheme: 'ecdsa',
    algorithm: 'sha256',
    encoding: 'base64',
    publicKey: ({ key }) => key,
    signatures: ({ headers }) => [headers['x-signature'] ?? ''],
    signed: (_, { headers, body: bytes }) => [headers['x-time'] ?? '', bytes],
  }
  const signed = createSign('sha256').update('123').update(body).sign(privateKey, 'base64')
  it.each([
    ['fits a key as base64', spki, { 'x-signature': signed, 'x-time': '123' }, true],
    ['fits a key as PEM', pem, { 'x-signature': signed, 'x-time': '123' }, true],
    ['covers the time', spki, { 'x-signature': signed, 'x-time': '124' }, false],
    ['may be nonsense', spki, { 'x-signature': 'zz', 'x-time': '123' }, false],
    ['needs a key that is one', 'no key at all', { 'x-signature': signed, 'x-time': '123' }, false],
    ['needs a key', null, { 'x-signature': signed, 'x-time': '123' }, false],
  ])('%s', (_, key, headers, expected) => expect(isProven(proof, { key }, request(headers), now)).toBe(expected))
})

it.each([
  ['right', 'right', true],
  ['right', 'wrong', false],
  ['right', 'rightly', false],
  ['right', undefined, false],
  ['', '', false],
  [undefined, undefined, false],
])('of a shared secret %s, %s is proof: %s', (secret, given, expected) => {
  const proof: Proof<Settings> = { scheme: 'shared-secret', secret: (settings) => settings.secret, given: () => given }
  expect(isProven(proof, { secret }, request({}), now)).toBe(expected)
})
