import { z } from 'zod'
import type { SandboxReply } from '../../core/contract/sandbox.ts'
import { invalid, missing, ok, type Route } from './sandbox-answer.ts'
import { altered, idOf, newContact, type Portal, type PortalContact } from './sandbox-portal.ts'

const contactView = ({ id, createdAt, properties }: PortalContact, names: readonly string[]) => ({
  id,
  properties: Object.fromEntries(names.map((name) => [name, properties[name] ?? null])),
  createdAt,
  updatedAt: properties.lastmodifieddate,
  archived: false,
})

const takes: Readonly<Record<string, (text: string) => boolean>> = {
  number: (text) => !Number.isNaN(Number(text)),
  bool: (text) => text === 'true' || text === 'false',
  datetime: (text) => /^\d+$/.test(text) || !Number.isNaN(Date.parse(text)),
}
const problemsOf = ({ properties }: Portal, values: Readonly<Record<string, string>>) =>
  Object.entries(values).flatMap(([name, text]) => {
    const known = properties.find((property) => property.name === name)
    const problem = (code: string, message: string) => [{ message, code, context: { propertyName: [name] } }]
    if (!known) return problem('PROPERTY_DOESNT_EXIST', `Property "${name}" does not exist`)
    if (known.readOnly) return problem('READ_ONLY_VALUE', `"${name}" is a read only property`)
    if (text === '' || (takes[known.type]?.(text) ?? true)) return []
    return problem(`INVALID_${known.type.toUpperCase()}`, `${text} was not a valid ${known.type}.`)
  })

const input = z.object({
  id: z.string(),
  idProperty: z.literal('email').optional(),
  properties: z.record(z.string(), z.string()),
  objectWriteTraceId: z.string(),
})
type Input = z.output<typeof input>
const inputs = z.object({ inputs: z.array(input).min(1).max(100) })
const isAddress = (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)

/** What is wrong with the batch as a whole: one invalid contact is enough. */
const batchProblem = (held: Portal, all: readonly Input[]): SandboxReply | null => {
  const address = all.find(({ id, idProperty }) => idProperty === 'email' && !isAddress(id))
  if (address) {
    const context = { propertyName: ['email'] }
    const message = `Email address ${address.id} is invalid`
    return invalid(`Property values were not valid: ${message}`, {
      errors: [{ message, code: 'INVALID_EMAIL', context }],
    })
  }
  const errors = all.flatMap(({ properties }) => problemsOf(held, properties))
  return errors.length > 0 ? invalid(`Property values were not valid: ${JSON.stringify(errors)}`, { errors }) : null
}
const itemProblem = (held: Portal, { id, objectWriteTraceId }: Input, found: PortalContact | undefined) => {
  const context = { objectWriteTraceId: [objectWriteTraceId] }
  if (held.blocked.includes(id.toLowerCase()))
    return [{ status: 'error', category: 'VALIDATION_ERROR', message: 'Email address is blocklisted', context }]
  return found ? [] : [{ status: 'error', category: 'OBJECT_NOT_FOUND', message: 'No such contact', context }]
}
/** HubSpot now and then says nothing about a contact: here, always about these. */
const isSilent = (email: string | undefined) => email?.startsWith('silent@') === true

const batchWrite =
  (find: (held: Portal, item: Input, now: number) => PortalContact | undefined): Route =>
  ({ held, body, now }) => {
    const asked = inputs.safeParse(body)
    if (!asked.success) return invalid(asked.error.message)
    const all = asked.data.inputs
    const refused = batchProblem(held, all)
    if (refused) return refused
    const heard = all.filter(({ id, properties }) => !isSilent(properties.email ?? held.contacts[id]?.properties.email))
    const errors = heard.flatMap((item) => itemProblem(held, item, find(held, item, now)))
    const results = heard.flatMap((item) => {
      const found = find(held, item, now)
      if (!found || itemProblem(held, item, found).length > 0) return []
      const isNew = held.contacts[found.id] === undefined
      const after = altered(held, found, item.properties, now)
      held.contacts[found.id] = after
      const view = contactView(after, Object.keys(item.properties))
      return [{ ...view, new: isNew, objectWriteTraceId: item.objectWriteTraceId }]
    })
    const times = { startedAt: new Date(now).toISOString(), completedAt: new Date(now).toISOString() }
    if (errors.length === 0) return ok({ status: 'COMPLETE', results, ...times })
    return ok({ status: 'COMPLETE', results, ...times, numErrors: errors.length, errors }, 207)
  }

const wanted = z.object({
  idProperty: z.literal('email').optional(),
  inputs: z.array(z.object({ id: z.string() })).max(100),
  properties: z.array(z.string()),
})
const batchRead: Route = ({ held, body }) => {
  const asked = wanted.safeParse(body)
  if (!asked.success) return invalid(asked.error.message)
  const { idProperty, properties } = asked.data
  const keyOf = (id: string) => (idProperty ? idOf('contact', id) : id)
  const ids = asked.data.inputs.map(({ id }) => id)
  const results = ids.flatMap((id) => held.contacts[keyOf(id)] ?? []).map((contact) => contactView(contact, properties))
  const absent = ids.filter((id) => !held.contacts[keyOf(id)])
  if (absent.length === 0) return ok({ status: 'COMPLETE', results })
  const message = 'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.'
  const errors = [{ status: 'error', category: 'OBJECT_NOT_FOUND', message, context: { ids: absent } }]
  return ok({ status: 'COMPLETE', results, numErrors: errors.length, errors }, 207)
}

const query = z.object({
  filterGroups: z.tuple([
    z.object({
      filters: z.tuple([
        z.object({ propertyName: z.literal('lastmodifieddate'), operator: z.literal('GTE'), value: z.string() }),
      ]),
    }),
  ]),
  sorts: z.tuple([z.object({ propertyName: z.literal('lastmodifieddate'), direction: z.literal('ASCENDING') })]),
  properties: z.array(z.string()),
  limit: z.int().max(200),
  after: z.string().regex(/^\d+$/).default('0'),
})
const search: Route = ({ held, body }) => {
  const asked = query.safeParse(body)
  if (!asked.success) return invalid(asked.error.message)
  const { filterGroups, properties, limit, after } = asked.data
  const [first, end] = [Number(after), Number(after) + limit]
  if (end > 10_000) return invalid('The limit of 10,000 results of a search is exceeded')
  const since = new Date(Number(filterGroups[0].filters[0].value)).toISOString()
  const timeOf = (contact: PortalContact) => contact.properties.lastmodifieddate ?? ''
  const found = Object.values(held.contacts)
    .filter((contact) => timeOf(contact) >= since)
    .sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : 1))
  const results = found.slice(first, end).map((contact) => contactView(contact, properties))
  return ok({
    total: found.length,
    results,
    ...(end < found.length ? { paging: { next: { after: String(end) } } } : {}),
  })
}

const deletion = z.object({ objectId: z.string(), idProperty: z.literal('email').optional() })
const gdprDelete: Route = ({ held, body }) => {
  const asked = deletion.safeParse(body)
  if (!asked.success) return invalid(asked.error.message)
  const { objectId, idProperty } = asked.data
  const id = idProperty ? idOf('contact', objectId) : objectId
  if (!held.contacts[id] && !idProperty) return missing()
  // Whom HubSpot does not know by this address, it never wants to know.
  if (!held.contacts[id]) held.blocked.push(objectId.toLowerCase())
  delete held.contacts[id]
  for (const list of held.lists) list.members = list.members.filter((member) => member !== id)
  return { status: 204 }
}

const path = '/crm/v3/objects/contacts'
/** The endpoints of contacts. */
export const contactRoutes: Readonly<Record<string, Route>> = {
  [`POST ${path}/batch/read`]: batchRead,
  [`POST ${path}/batch/update`]: batchWrite((held, { id }) => held.contacts[id]),
  [`POST ${path}/batch/upsert`]: batchWrite(
    (held, { id }, now) => held.contacts[idOf('contact', id)] ?? newContact(id, now),
  ),
  [`POST ${path}/search`]: search,
  [`POST ${path}/gdpr-delete`]: gdprDelete,
}
