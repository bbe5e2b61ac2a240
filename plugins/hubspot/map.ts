import type { Holding, Wanted } from '../../core/contract/change.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import type { Held } from './contact.ts'
import type { List } from './list.ts'
import { decoded, type Property } from './property.ts'

/** Set when somebody has opted out of all e-mail; empty for those who were never asked. */
export const optOut = 'hs_email_optout'
const consents: Readonly<Record<string, boolean>> = { true: false, false: true }
export const consentFrom = (text: string | null | undefined): boolean | undefined => consents[text ?? '']

/** The types of HubSpot's properties, by name. */
export type Types = ReadonlyMap<string, string>
export const typesOf = (properties: readonly Property[]): Types =>
  new Map(properties.map(({ name, type }) => [name, type]))

const fieldsOf = ({ properties }: Held, names: readonly string[], types: Types): Readonly<Record<string, FieldValue>> =>
  Object.fromEntries(names.map((name) => [name, decoded(properties[name], types.get(name) ?? 'string')]))

export const holdingOf = (
  held: Held,
  wanted: Wanted,
  types: Types,
  lists: ReadonlyMap<string, List>,
  memberOf: readonly string[],
): Holding => ({
  remoteId: held.id,
  fields: fieldsOf(held, wanted.fields, types),
  memberships: wanted.memberships.filter(({ name }) => memberOf.includes(lists.get(name)?.listId ?? '')),
})

/**
 * Contacts without an address are only known by HubSpot's own id. Of consent only its withdrawal is told: the record
 * has the time of the contact's last change, whatever that was, and an old yes must not come after somebody's no.
 */
export const recordOf = (held: Held, names: readonly string[], types: Types): ContactRecord => {
  const { id, properties } = held
  const at = properties.lastmodifieddate ?? ''
  const email = properties.email
  return {
    kind: 'contact',
    id: `contact:${id}:${at}`,
    at,
    identifiers: email ? [{ type: 'email', value: email }] : [],
    remoteId: id,
    fields: fieldsOf(held, names, types),
    consent: properties[optOut] === 'true' ? false : undefined,
  }
}
