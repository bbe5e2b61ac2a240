import { z } from 'zod'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { Wire } from './settings.ts'

const list = z.object({ listId: z.coerce.string(), processingType: z.string() })
export type List = z.output<typeof list>
const named = z.object({ list: list.optional() })
/** The id of the object type contact. */
const contacts = '0-1'

/** Members of a dynamic list are what its filter says. */
export const isFilled = ({ processingType }: List): boolean => processingType === 'DYNAMIC'
/** HubSpot finds lists by a segment of the address, and a slash would make two of it. */
export const isPossibleName = (name: string): boolean => !/[/\\%]/.test(name)

const lookUp = async ({ http }: Wire, name: string): Promise<List | null> => {
  if (!isPossibleName(name)) return null
  const path = `/crm/v3/lists/object-type-id/${contacts}/name/${encodeURIComponent(name)}`
  const { status, body } = await http({ method: 'GET', path, accept: [404], reply: named })
  if (status === 404) return null
  if (!body.list) throw new ConnectorError('transient', `looking up the list ${name}: HubSpot answered without a list`)
  return body.list
}
/** By name; those that are not there are absent. */
export const lookUpLists = async (ctx: Wire, names: readonly string[]): Promise<ReadonlyMap<string, List>> => {
  const found = new Map<string, List>()
  for (const name of new Set(names)) {
    const list = await lookUp(ctx, name)
    if (list) found.set(name, list)
  }
  return found
}

export const createList = ({ http }: Wire, name: string) => {
  const json = { name, objectTypeId: contacts, processingType: 'MANUAL' }
  return http({ method: 'POST', path: '/crm/v3/lists/', json, reply: z.object({ list }) })
}

const moved = z.object({ recordIdsMissing: z.array(z.coerce.string()).nullish() })
/** Answers with those that HubSpot could not find. Who is in already, or out, counts as moved. */
export const moveMembers = async (
  { http }: Wire,
  { listId }: List,
  add: readonly string[],
  remove: readonly string[],
): Promise<readonly string[]> => {
  const path = `/crm/v3/lists/${encodeURIComponent(listId)}/memberships/add-and-remove`
  const json = { recordIdsToAdd: add, recordIdsToRemove: remove }
  return (await http({ method: 'PUT', path, json, reply: moved })).body.recordIdsMissing ?? []
}

const memberships = z.object({
  results: z.array(
    z.object({
      recordId: z.coerce.string(),
      recordListMemberships: z.array(z.object({ listId: z.coerce.string() })),
    }),
  ),
})
/** The ids of the lists that each contact is in, by the contact's id at HubSpot. */
export const listsOf = async (
  { http }: Wire,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> => {
  if (ids.length === 0) return new Map()
  const path = '/crm/v3/lists/records/memberships/batch/read'
  const inputs = [...new Set(ids)].map((recordId) => ({ objectTypeId: contacts, recordId }))
  const { body } = await http({ method: 'POST', path, json: { inputs }, reply: memberships })
  return new Map(
    body.results.map(({ recordId, recordListMemberships }) => [
      recordId,
      recordListMemberships.map(({ listId }) => listId),
    ]),
  )
}
