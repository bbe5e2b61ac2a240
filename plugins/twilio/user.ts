import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import type { Identifier } from '../../core/contract/value.ts'
import type { Wire } from './settings.ts'

export const user = z.object({
  sid: z.string(),
  identity: z.string(),
  attributes: z.string().nullish(),
  date_updated: z.string(),
})
/** A user of Conversations: the one product of Twilio that keeps attributes of a person. */
export type User = z.output<typeof user>

const phone = /^\+[1-9]\d{6,14}$/
/** A number in E.164, behind the name of its channel or not: `whatsapp:+15551234567`. */
export const phoneIn = (address: string): string | null => {
  const number = address.replace(/^[a-z]+:/, '')
  return phone.test(number) ? number : null
}
/** An identity is whatever the application says: an address, a number, or an id of its own. */
export const identifierFrom = (identity: string): Identifier => {
  if (identity.includes('@')) return { type: 'email', value: identity }
  return phone.test(identity) ? { type: 'phone', value: identity } : { type: 'userId', value: identity }
}
/** Addresses are written in lower case; ids of users mean what they say. */
export const identityOf = ({ key: { type, value } }: Contact): string =>
  type === 'userId' ? value : value.toLowerCase()

export const usersPath = ({ settings: { service } }: Wire, rest = ''): string =>
  `${service === undefined ? '/v1' : `/v1/Services/${service}`}/Users${rest}`
/** By SID or identity; `null` where there is none. */
const lookUp = async (ctx: Wire, name: string): Promise<User | null> => {
  const reply = z.union([user, z.object({ code: z.number() })])
  const path = usersPath(ctx, `/${encodeURIComponent(name)}`)
  const { status, body } = await ctx.http({ method: 'GET', path, accept: [404], reply })
  return status === 404 || !('sid' in body) ? null : body
}
export const find = async (ctx: Wire, contact: Contact): Promise<User | null> =>
  (contact.remoteId === undefined ? null : await lookUp(ctx, contact.remoteId)) ?? lookUp(ctx, identityOf(contact))

const attributes = z.record(z.string(), z.unknown())
export type Attributes = z.output<typeof attributes>
/** `null` where the application keeps something else in them than an object. */
export const attributesIn = (found: User): Attributes | null => {
  try {
    return attributes.parse(JSON.parse(found.attributes || '{}'))
  } catch {
    return null
  }
}
