import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { Wire } from './settings.ts'

const held = z.object({ id: z.string(), properties: z.record(z.string(), z.string().nullable()) })
/** A contact as HubSpot holds it. */
export type Held = z.output<typeof held>
export const heldPage = z.object({
  results: z.array(held),
  paging: z.object({ next: z.object({ after: z.string() }).nullish() }).nullish(),
})
const batch = z.object({
  results: z.array(held),
  errors: z.array(z.object({ category: z.string().nullish(), message: z.string().nullish() })).nullish(),
})

/** What a contact goes by: contacts that were merged, and second addresses, lead to another one than asked for. */
const names = ['email', 'hs_additional_emails', 'hs_merged_object_ids']
/** Without the empty name that an empty text splits into: everybody would go by it. */
const listIn = (text: string | null | undefined) =>
  (text ?? '')
    .toLowerCase()
    .split(';')
    .filter((name) => name !== '')
const namesOf = ({ id, properties }: Held): readonly string[] => [
  id,
  ...names.flatMap((name) => listIn(properties[name])),
]

interface Asked {
  readonly idProperty?: 'email'
  readonly ids: readonly string[]
  readonly properties: readonly string[]
}
/** Those that are there, by everything they go by. */
const batchRead = async (
  { http }: Wire,
  { idProperty, ids, properties }: Asked,
): Promise<ReadonlyMap<string, Held>> => {
  if (ids.length === 0) return new Map()
  const inputs = [...new Set(ids)].map((id) => ({ id }))
  const json = { inputs, properties: [...names, ...properties], ...(idProperty ? { idProperty } : {}) }
  const { body } = await http({ method: 'POST', path: '/crm/v3/objects/contacts/batch/read', json, reply: batch })
  // 207 is the answer when some are not there; anything else among its errors leaves open whether they are.
  const failed = (body.errors ?? []).find(({ category }) => category !== 'OBJECT_NOT_FOUND')
  if (failed)
    throw new ConnectorError('transient', `reading ${inputs.length} contacts: HubSpot says: ${failed.message}`)
  return new Map(body.results.flatMap((found) => namesOf(found).map((name) => [name, found] as const)))
}

/** By the contact's `id`, first by what HubSpot has called it, then by address. Those that are not there are absent. */
export const locate = async (
  ctx: Wire,
  contacts: readonly Contact[],
  properties: readonly string[] = [],
): Promise<ReadonlyMap<string, Held>> => {
  const byId = await batchRead(ctx, { ids: contacts.flatMap(({ remoteId }) => remoteId ?? []), properties })
  const open = contacts.filter(({ remoteId }) => remoteId === undefined || !byId.has(remoteId))
  const emails = open.map(({ key }) => key.value.toLowerCase())
  const byEmail = await batchRead(ctx, { idProperty: 'email', ids: emails, properties })
  const found = contacts.map(
    ({ id, key, remoteId }) => [id, byId.get(remoteId ?? '') ?? byEmail.get(key.value.toLowerCase())] as const,
  )
  return new Map(found.flatMap(([id, contact]) => (contact ? [[id, contact] as const] : [])))
}
