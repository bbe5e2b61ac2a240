import { createHmac, createPublicKey, createVerify, timingSafeEqual } from 'node:crypto'
import type { Proof, RawRequest } from '../contract/webhook.ts'

const defaultToleranceMs = 300_000

const equal = (given: Uint8Array, expected: Uint8Array): boolean =>
  given.length === expected.length && given.length > 0 && timingSafeEqual(given, expected)

/** Hex with anything else in it would be cut short and not refused. */
const decoded = (signature: string, encoding: 'hex' | 'base64'): Buffer =>
  encoding === 'hex' && !/^(?:[0-9a-f]{2})+$/i.test(signature) ? Buffer.alloc(0) : Buffer.from(signature, encoding)

type Signing<Settings> = Extract<Proof<Settings>, { readonly scheme: 'hmac' | 'ecdsa' }>

const isTimely = <Settings>({ sentAt, toleranceMs }: Signing<Settings>, request: RawRequest, now: number): boolean => {
  if (sentAt === undefined) return true
  const at = sentAt(request)
  return at !== null && Math.abs(now - at) <= (toleranceMs ?? defaultToleranceMs)
}

/** null: a text that is no key proves nothing. */
const keyOf = (publicKey: string) => {
  try {
    return publicKey.includes('-----BEGIN')
      ? createPublicKey(publicKey)
      : createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' })
  } catch {
    return null
  }
}

/** Whether one signature fits what was signed; `null`: no key is set. */
const judgeOf = <Settings>(proof: Signing<Settings>, settings: Settings, parts: readonly (string | Uint8Array)[]) => {
  if (proof.scheme === 'hmac') {
    const secret = proof.secret(settings)
    if (secret === null || secret === undefined || secret.length === 0) return null
    const hmac = createHmac(proof.algorithm, secret)
    for (const part of parts) hmac.update(part)
    const expected = hmac.digest()
    return (given: Buffer) => equal(given, expected)
  }
  const key = keyOf(proof.publicKey(settings) ?? '')
  if (key === null) return null
  return (given: Buffer) => {
    const check = createVerify(proof.algorithm)
    for (const part of parts) check.update(part)
    return check.verify(key, given)
  }
}

const isSigned = <Settings>(proof: Signing<Settings>, settings: Settings, request: RawRequest, now: number) => {
  const parts = proof.signed(settings, request)
  if (parts === null || !isTimely(proof, request, now)) return false
  const fits = judgeOf(proof, settings, parts)
  return fits !== null && proof.signatures(request).some((given) => fits(decoded(given, proof.encoding)))
}

/** Whether a webhook is the tool's own, by what its connector declares. `now` in milliseconds. */
export const isProven = <Settings>(
  proof: Proof<Settings>,
  settings: Settings,
  request: RawRequest,
  now: number,
): boolean => {
  if (proof.scheme !== 'shared-secret') return isSigned(proof, settings, request, now)
  const [secret, given] = [proof.secret(settings), proof.given(request)]
  return Boolean(secret && given) && equal(Buffer.from(given ?? ''), Buffer.from(secret ?? ''))
}
