import type { z } from 'zod'
import type { Outgoing } from './message.ts'
import type { Wire } from './settings.ts'
import { headersFor } from './sign.ts'

/** Where messages go and, under another name, where contacts are asked for. */
export const basesOf = (url: string, readUrl: string | undefined) => ({
  baseUrl: new URL(url).origin,
  bases: readUrl === undefined ? {} : { read: new URL(readUrl).origin },
})

type Of<Type extends Outgoing['type']> = Extract<Outgoing, { readonly type: Type }>['data']

/**
 * Sends one message, signed. What is signed is the body as the core writes it: both write JSON in the one way there is for
 * an object. A reading message goes to the address for reading.
 */
export const send = async <Type extends Outgoing['type'], T>(
  ctx: Wire,
  type: Type,
  data: Of<Type>,
  reply: z.ZodType<T>,
): Promise<T> => {
  const { url, readUrl, secret } = ctx.settings
  const isRead = type === 'contacts.read' && readUrl !== undefined
  const { pathname, searchParams } = new URL(isRead ? readUrl : url)
  const now = ctx.now()
  const json = { type, timestamp: new Date(now).toISOString(), data }
  const { body } = await ctx.http({
    method: 'POST',
    path: pathname,
    ...(isRead ? { base: 'read' } : {}),
    query: Object.fromEntries(searchParams),
    json,
    headers: headersFor(secret, JSON.stringify(json), now),
    reply,
  })
  return body
}
