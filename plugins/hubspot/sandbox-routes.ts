import { z } from 'zod'
import { invalid, missing, ok, type Route } from './sandbox-answer.ts'
import { contactRoutes } from './sandbox-contacts.ts'
import { listNamed, type Portal, type PortalProperty } from './sandbox-portal.ts'

const propertyView = ({ readOnly, ...property }: PortalProperty) => ({
  ...property,
  description: '',
  hidden: false,
  options: [],
  modificationMetadata: { readOnlyValue: readOnly, readOnlyDefinition: property.hubspotDefined },
})
const definitions = z.object({
  inputs: z.array(
    z.object({
      name: z.string().regex(/^[a-z][a-z0-9_]*$/),
      label: z.string(),
      type: z.string(),
      fieldType: z.string(),
      groupName: z.string(),
    }),
  ),
})
const createProperties: Route = ({ held, body }) => {
  const asked = definitions.safeParse(body)
  if (!asked.success) return invalid(asked.error.message)
  const foreign = asked.data.inputs.find(({ groupName }) => !held.groups.includes(groupName))
  if (foreign) return invalid(`The property group ${foreign.groupName} does not exist`)
  const created = asked.data.inputs.map((property) => ({ ...property, hubspotDefined: false, readOnly: false }))
  held.properties.push(...created)
  return ok({ status: 'COMPLETE', results: created.map(propertyView) }, 201)
}

const named = z.object({ name: z.string().min(1) })
const moves = z.object({ recordIdsToAdd: z.array(z.string()), recordIdsToRemove: z.array(z.string()) })
const moveMembers: Route = ({ held, part, body }) => {
  const [list, asked] = [held.lists.find(({ listId }) => listId === part), moves.safeParse(body)]
  if (!list) return missing()
  if (!asked.success) return invalid(asked.error.message)
  const { recordIdsToAdd, recordIdsToRemove } = asked.data
  const there = recordIdsToAdd.filter((id) => held.contacts[id])
  list.members = [...new Set([...list.members, ...there])].filter((id) => !recordIdsToRemove.includes(id)).sort()
  const recordIdsMissing = recordIdsToAdd.filter((id) => !held.contacts[id])
  return ok({ recordsIdsAdded: there, recordIdsRemoved: recordIdsToRemove, recordIdsMissing })
}
const records = z.object({ inputs: z.array(z.object({ recordId: z.string() })) })
const listsOf: Route = ({ held, body }) => {
  const asked = records.safeParse(body)
  if (!asked.success) return invalid(asked.error.message)
  const results = asked.data.inputs.map(({ recordId }) => ({
    objectTypeId: '0-1',
    recordId,
    recordListMemberships: held.lists
      .filter(({ members }) => members.includes(recordId))
      .map(({ listId }) => ({ listId, listVersion: 1 })),
  }))
  return ok({ status: 'COMPLETE', results })
}
const listView = ({ members: _, ...list }: Portal['lists'][number]) => ({ list: { ...list, objectTypeId: '0-1' } })
const listByName: Route = ({ held, part }) => {
  const list = held.lists.find(({ name }) => name.toLowerCase() === part.toLowerCase())
  return list ? ok(listView(list)) : missing()
}
const createList: Route = ({ held, body }) => {
  const asked = named.safeParse(body)
  return asked.success ? ok(listView(listNamed(held, asked.data.name))) : invalid(asked.error.message)
}
const account = {
  accountType: 'DEVELOPER_TEST',
  timeZone: 'Europe/Berlin',
  companyCurrency: 'EUR',
}
const createGroup: Route = ({ held, body }) => {
  const asked = named.safeParse(body)
  if (!asked.success) return invalid(asked.error.message)
  held.groups.push(asked.data.name)
  return ok({ name: asked.data.name }, 201)
}

/** HubSpot's endpoints as far as the connector uses them; `*` stands for one segment. */
export const routes: Readonly<Record<string, Route>> = {
  ...contactRoutes,
  'GET /account-info/v3/details': ({ held: { portalId } }) => ok({ portalId, ...account }),
  'GET /crm/v3/properties/contacts': ({ held }) => ok({ results: held.properties.map(propertyView) }),
  'GET /crm/v3/properties/contacts/groups/*': ({ held, part }) =>
    held.groups.includes(part) ? ok({ name: part }) : missing(),
  'POST /crm/v3/properties/contacts/groups': createGroup,
  'POST /crm/v3/properties/contacts/batch/create': createProperties,
  'GET /crm/v3/lists/object-type-id/0-1/name/*': listByName,
  'POST /crm/v3/lists/': createList,
  'PUT /crm/v3/lists/*/memberships/add-and-remove': moveMembers,
  'POST /crm/v3/lists/records/memberships/batch/read': listsOf,
}
