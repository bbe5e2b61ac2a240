import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import type { Wire } from './settings.ts'

export const held = z.object({
  id: z.number(),
  email: z.string().nullish(),
  emailBlacklisted: z.boolean().nullish(),
  modifiedAt: z.string(),
  listIds: z.array(z.number()).nullish(),
  attributes: z.record(z.string(), z.unknown()).catch({}),
})
/** A contact as Brevo holds it. */
export type Held = z.output<typeof held>

export const pathOf = (identifier: string | number): string => `/contacts/${encodeURIComponent(identifier)}`
/** By id, address or phone number; `null` where there is none. */
export const lookUp = async ({ http }: Wire, identifier: string | number): Promise<Held | null> => {
  const reply = z.union([held, z.object({ code: z.string() })])
  const { body } = await http({ method: 'GET', path: pathOf(identifier), accept: [404], reply })
  return 'id' in body ? body : null
}
/** First by Brevo's own id, then by key. */
const find = async (ctx: Wire, { key, remoteId }: Contact): Promise<Held | null> =>
  (remoteId === undefined ? null : await lookUp(ctx, remoteId)) ?? lookUp(ctx, key.value)

/** By the contact's `id`. Those that are not there are absent. */
export const locate = async (ctx: Wire, contacts: readonly Contact[]): Promise<ReadonlyMap<string, Held>> => {
  const found = await Promise.all(contacts.map(async (contact) => [contact.id, await find(ctx, contact)] as const))
  return new Map(found.flatMap(([id, one]) => (one ? [[id, one] as const] : [])))
}

/** Most that Brevo gives on a page is 1,000. */
export const pageSize = 500
export interface Listing {
  readonly contacts: readonly Held[]
  readonly count: number
}
/** Contacts that were modified after a time, in the order in which they were made. */
export const modifiedSince = async (
  { http }: Wire,
  since: string | null,
  offset: number,
  sort: 'asc' | 'desc' = 'asc',
): Promise<Listing> => {
  const query = { modifiedSince: since ?? undefined, limit: pageSize, offset, sort }
  const reply = z.object({ contacts: z.array(held), count: z.number() })
  return (await http({ method: 'GET', path: '/contacts', query, reply })).body
}
