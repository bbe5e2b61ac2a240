import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import { anyOf, chunks, page } from './api.ts'
import type { Wire } from './settings.ts'

const text = z.string().nullish()
const marketing = z.object({ consent: z.string().nullish(), suppression: z.array(z.unknown()).nullish() })
export const profile = z.object({
  id: z.string(),
  attributes: z.looseObject({
    email: text,
    phone_number: text,
    external_id: text,
    updated: text,
    properties: z.record(z.string(), z.unknown()).nullish(),
    subscriptions: z.object({ email: z.object({ marketing: marketing.nullish() }).nullish() }).nullish(),
  }),
})
/** A profile as Klaviyo holds it. */
export type Profile = z.output<typeof profile>

/** What Klaviyo knows people by. */
export const identifiers = {
  email: 'email',
  phone: 'phone_number',
  userId: 'external_id',
} as const
const isIdentifier = (type: string): type is keyof typeof identifiers => Object.hasOwn(identifiers, type)
/** The attribute that a contact is found by. */
export const attributeFor = (type: string) => (isIdentifier(type) ? identifiers[type] : identifiers.email)

/** Klaviyo takes 100 values in a filter; their addresses must fit into one of a request. */
const perRequest = 50
const withAny = async (ctx: Wire, field: string, values: readonly string[]): Promise<readonly Profile[]> => {
  const found: Profile[] = []
  for (const part of chunks([...new Set(values)], perRequest)) {
    const query = { filter: anyOf(field, part), 'page[size]': 100 }
    found.push(...(await page(ctx, '/api/profiles', profile, query)).items)
  }
  return found
}

/** Klaviyo keeps addresses in lower case; ids of users mean what they say. */
const spelled = (type: string, name: string) => (type === 'userId' ? name : name.toLowerCase())
const nameOf = ({ key: { type, value } }: Contact) => spelled(type, value)
/** Whether a profile goes by the contact's key. */
export const isCalled =
  (contact: Contact) =>
  ({ attributes }: Profile): boolean =>
    spelled(contact.key.type, attributes[attributeFor(contact.key.type)] ?? '') === nameOf(contact)
const byKey = async (ctx: Wire, contacts: readonly Contact[]): Promise<readonly (readonly [string, Profile])[]> => {
  const types = [...new Set(contacts.map(({ key }) => key.type))]
  const lists = types.map(async (type) => {
    const own = contacts.filter(({ key }) => key.type === type)
    const field = attributeFor(type)
    const found = await withAny(ctx, field, own.map(nameOf))
    return own.flatMap((contact) => {
      const match = found.find(isCalled(contact))
      return match ? [[contact.id, match] as const] : []
    })
  })
  return (await Promise.all(lists)).flat()
}

/** By the contact's `id`: first by Klaviyo's own id, then by key. Those that are not there are absent. */
export const locate = async (ctx: Wire, contacts: readonly Contact[]): Promise<ReadonlyMap<string, Profile>> => {
  const held = await withAny(
    ctx,
    'id',
    contacts.flatMap(({ remoteId }) => remoteId ?? []),
  )
  const byId = new Map(held.map((found) => [found.id, found]))
  const known = contacts.flatMap(({ id, remoteId }) => {
    const found = byId.get(remoteId ?? '')
    return found ? [[id, found] as const] : []
  })
  const open = contacts.filter(({ remoteId }) => !byId.has(remoteId ?? ''))
  return new Map([...known, ...(await byKey(ctx, open))])
}

/** The profiles with these ids of Klaviyo's, with what they have agreed to. */
export const profilesWith = async (ctx: Wire, ids: readonly string[]): Promise<readonly Profile[]> => {
  const found: Profile[] = []
  for (const part of chunks([...new Set(ids)], perRequest)) {
    const query = { filter: anyOf('id', part), 'additional-fields[profile]': 'subscriptions', 'page[size]': 100 }
    found.push(...(await page(ctx, '/api/profiles', profile, query)).items)
  }
  return found
}
