import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { isObject, type JsonObject } from '../profile/json.ts'
import { unsigned } from '../profile/unsigned.ts'
import type { BrowserKey } from '../store/stored.ts'

/** What the site's server gives its page, so that the page can say who is logged in. */
const voucher = z.object({
  userId: z.string().min(1).max(512),
  /** Epoch seconds. */
  expires: z.int(),
  signature: z.string().regex(/^[0-9a-f]{64}$/),
})

/** HMAC-SHA256 in hex over `<expires>.<userId>` in UTF-8: an expiry holds no dot, so no two pairs give one text. */
const signatureOf = (userId: string, expires: number, secret: string): Buffer =>
  createHmac('sha256', secret).update(`${expires}.${userId}`).digest()

/** The user id that a message's `context.identity` vouches for at an instant (epoch milliseconds), or null. */
const vouchedFor = ({ context }: JsonObject, { signingSecret }: BrowserKey, at: number): string | null => {
  if (!isObject(context) || context.identity === undefined) return null
  const { data } = voucher.safeParse(context.identity)
  if (data === undefined || data.expires * 1000 <= at) return null
  const { userId, expires, signature } = data
  return timingSafeEqual(Buffer.from(signature, 'hex'), signatureOf(userId, expires, signingSecret)) ? userId : null
}

/** A message as far as the key that it came with is to be believed. */
export const believed = (message: unknown, key: BrowserKey | undefined, at: number): unknown =>
  key === undefined || !isObject(message) ? message : unsigned(message, vouchedFor(message, key, at))
