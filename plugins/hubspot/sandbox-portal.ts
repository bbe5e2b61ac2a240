import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SandboxContact } from '../../core/contract/sandbox.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { consentFrom, optOut } from './map.ts'
import { decoded, encoded } from './property.ts'

const property = z.object({
  name: z.string(),
  label: z.string(),
  type: z.string(),
  fieldType: z.string(),
  groupName: z.string(),
  hubspotDefined: z.boolean().default(false),
  readOnly: z.boolean().default(false),
})
const list = z.object({
  listId: z.string(),
  name: z.string(),
  processingType: z.string(),
  members: z.array(z.string()),
})
const contact = z.object({ id: z.string(), createdAt: z.string(), properties: z.record(z.string(), z.string()) })
/** What a HubSpot account holds. */
export const portal = z.object({
  portalId: z.number().default(1_234_567),
  properties: z.array(property),
  groups: z.array(z.string()),
  lists: z.array(list),
  /** By id. */
  contacts: z.record(z.string(), contact),
  /** Addresses that may never come back. */
  blocked: z.array(z.string()),
})
export type Portal = z.output<typeof portal>
export type PortalContact = z.output<typeof contact>
export type PortalProperty = z.output<typeof property>

/** An address that was erased for good before the hub came. */
export const blockedAddress = 'blocked@example.test'

const own = (name: string, type: string, readOnly = false): PortalProperty => ({
  name,
  label: name,
  type,
  fieldType: type === 'bool' ? 'booleancheckbox' : 'text',
  groupName: 'contactinformation',
  hubspotDefined: true,
  readOnly,
})
export const newPortal = (account?: string): Portal => ({
  portalId: account === undefined ? 1_234_567 : Number(idOf('portal', account)),
  properties: [
    ...['email', 'firstname', 'lastname', 'phone'].map((name) => own(name, 'string')),
    own(optOut, 'bool'),
    own('createdate', 'datetime', true),
    own('lastmodifieddate', 'datetime', true),
    own('hs_object_id', 'number', true),
  ],
  groups: ['contactinformation'],
  lists: [],
  contacts: {},
  blocked: [blockedAddress],
})

/** An id that follows from the name: nothing stays behind of what is deleted, not even a counter. */
export const idOf = (kind: string, name: string): string =>
  String(Number.parseInt(createHash('sha256').update(`${kind} ${name.toLowerCase()}`).digest('hex').slice(0, 10), 16))

export const newContact = (email: string, at: number): PortalContact => {
  const createdAt = new Date(at).toISOString()
  const id = idOf('contact', email)
  const properties = {
    email: email.toLowerCase(),
    createdate: createdAt,
    lastmodifieddate: createdAt,
    hs_object_id: id,
  }
  return { id, createdAt, properties }
}
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d/
/** Times are kept in one form, whatever form they came in. */
const kept = (text: string, type: string) => (type === 'datetime' && text !== '' ? String(decoded(text, type)) : text)

/** Puts values over a contact's own. Writing what is there already modifies nothing. */
export const altered = (
  { properties: known }: Portal,
  before: PortalContact,
  values: Readonly<Record<string, string>>,
  at: number,
): PortalContact => {
  const typeOf = (name: string) => known.find((item) => item.name === name)?.type ?? 'string'
  const next = Object.entries(values).map(([name, text]) => [name, kept(text, typeOf(name))] as const)
  const isSame = next.every(([name, text]) => (before.properties[name] ?? '') === text)
  if (isSame) return before
  const lastmodifieddate = new Date(at).toISOString()
  return { ...before, properties: { ...before.properties, ...Object.fromEntries(next), lastmodifieddate } }
}

const typeFor = (value: FieldValue): string => {
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'bool'
  return isoTime.test(value ?? '') ? 'datetime' : 'string'
}
const seededProperty = ([name, value]: readonly [string, FieldValue]): PortalProperty => {
  const type = typeFor(value)
  return { ...own(name, type), groupName: 'contactinformation', hubspotDefined: false }
}

/** A contact as somebody made it in HubSpot, with whatever properties and lists that took. */
export const seed = (
  held: Portal,
  { email, firstName, lastName, fields, memberships, consent }: SandboxContact,
  at: number,
) => {
  const missing = Object.entries(fields).filter(([name]) => !held.properties.some((known) => known.name === name))
  held.properties.push(...missing.map(seededProperty))
  const values = {
    ...(firstName === undefined ? {} : { firstname: firstName }),
    ...(lastName === undefined ? {} : { lastname: lastName }),
    ...(consent === undefined ? {} : { [optOut]: String(!consent) }),
    ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, encoded(value)])),
  }
  const id = idOf('contact', email)
  held.contacts[id] = altered(held, held.contacts[id] ?? newContact(email, at), values, at)
  for (const item of held.lists) item.members = item.members.filter((member) => member !== id)
  for (const name of memberships.map((membership) => membership.replace(/^list\//, '')))
    listNamed(held, name).members.push(id)
}
/** The list of that name, made where there is none. Names differ in more than their case. */
export const listNamed = ({ lists }: Portal, name: string) => {
  const found = lists.find((item) => item.name.toLowerCase() === name.toLowerCase())
  if (found) return found
  const created = { listId: idOf('list', name), name, processingType: 'MANUAL', members: [] }
  lists.push(created)
  return created
}

const technical = ['email', 'firstname', 'lastname', 'createdate', 'lastmodifieddate', 'hs_object_id', optOut]
/** What an agent sees of a contact. */
export const seen = ({ properties: known, lists }: Portal, { id, properties }: PortalContact): SandboxContact => {
  const shown = known.filter(({ name }) => !technical.includes(name) && (properties[name] ?? '') !== '')
  const consent = consentFrom(properties[optOut])
  return {
    email: properties.email ?? '',
    ...(properties.firstname ? { firstName: properties.firstname } : {}),
    ...(properties.lastname ? { lastName: properties.lastname } : {}),
    fields: Object.fromEntries(shown.map(({ name, type }) => [name, decoded(properties[name], type)])),
    memberships: lists
      .filter(({ members }) => members.includes(id))
      .map(({ name }) => `list/${name}`)
      .sort(),
    ...(consent === undefined ? {} : { consent }),
  }
}
