import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { Call, Reply } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { GhostContext } from './settings.ts'

const lifetimeSeconds = 300
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * A token of five minutes, the most that Ghost takes, so that every call gets its own. `now` in milliseconds.
 * Source: https://docs.ghost.org/admin-api/#token-authentication
 */
export const tokenOf = (adminKey: string, now: number): string => {
  const [, id, secret] = /^([0-9a-f]+):((?:[0-9a-f]{2})+)$/.exec(adminKey) ?? []
  if (id === undefined || secret === undefined)
    throw new ConnectorError(
      'config',
      'signing a token for Ghost: the Admin API key is not of the form id:secret: copy the whole key of the integration',
    )
  const iat = Math.floor(now / 1000)
  const claims = { iat, exp: iat + lifetimeSeconds, aud: '/admin/' }
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT', kid: id })}.${base64url(claims)}`
  return `${signed}.${createHmac('sha256', Buffer.from(secret, 'hex')).update(signed).digest('base64url')}`
}

export const ask = <T>(ctx: GhostContext, call: Call<T>): Promise<Reply<T>> =>
  ctx.http({ ...call, headers: { authorization: `Ghost ${tokenOf(ctx.settings.adminKey, ctx.now())}` } })

/** A text in a filter. Ghost knows no escape for a backslash, which is in no address and hardly in a title. */
export const quoted = (text: string): string => `'${text.replace(/\\/g, '').replace(/'/g, "\\'")}'`
/** A time in a filter: compared as text with how databases write it. */
export const timeIn = (at: number): string => quoted(new Date(at).toISOString().slice(0, 19).replace('T', ' '))

/** What is wrong with one record, in Ghost's own words. */
export const refusal = z.object({
  errors: z.array(
    z.object({
      message: z.string().catch(''),
      context: z.string().nullish().catch(null),
      property: z.string().nullish().catch(null),
    }),
  ),
})
export type Refusal = z.output<typeof refusal>
export const wordsOf = ({ errors }: Refusal): string =>
  errors.map(({ message, context }) => context || message).join(' ')

/** The most that Ghost shows on a page. */
export const pageSize = 100
/** All of a short list, such as labels. */
export const listAll = async <T>(ctx: GhostContext, name: string, item: z.ZodType<T>): Promise<readonly T[]> => {
  const reply = z.object({ [name]: z.array(item) })
  const items: T[] = []
  for (let page = 1; ; page += 1) {
    const { body } = await ask(ctx, { method: 'GET', path: `/${name}/`, query: { limit: pageSize, page }, reply })
    const found = body[name] ?? []
    items.push(...found)
    if (found.length < pageSize) return items
  }
}
