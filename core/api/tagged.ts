import { createHash } from 'node:crypto'
import type { Reply } from './send.ts'

const tagOf = (text: string): string => `"${createHash('sha256').update(text).digest('base64url')}"`
/** If-None-Match compares weakly: `W/"x"` names `"x"` (RFC 9110, 13.1.2). */
const names = (ifNoneMatch: string, tag: string): boolean =>
  ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((one) => one.trim().replace(/^W\//, '') === tag)

/**
 * A good reply under a strong entity tag of its very bytes; without them for whoever holds them already. Only who asked
 * may keep it, and asks again each time, unless the reply says otherwise.
 */
export const tagged = (reply: Reply, ifNoneMatch = ''): Reply => {
  const ETag = tagOf(reply.text)
  const headers = { 'Cache-Control': 'private, no-cache', ...reply.headers, ETag }
  return names(ifNoneMatch, ETag) ? { ...reply, status: 304, text: '', headers } : { ...reply, headers }
}
