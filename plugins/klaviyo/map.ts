import type { Change, Holding } from '../../core/contract/change.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import type { FieldValue, Identifier } from '../../core/contract/value.ts'
import { attributeFor, identifiers, isCalled, type Profile } from './profile.ts'

/** Klaviyo's own attributes of a profile with one text each. Every other field is a custom property, of any name and type. */
const attributes: readonly string[] = [
  'email',
  'phone_number',
  'external_id',
  'first_name',
  'last_name',
  'organization',
  'locale',
  'title',
  'image',
]
const isAttribute = (name: string) => attributes.includes(name)
type Fields = Readonly<Record<string, FieldValue>>
const pick = (fields: Fields, isWanted: (name: string, value: FieldValue) => boolean): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name, value]) => isWanted(name, value)))

/**
 * One profile of an import. An attribute is emptied by `null`, and an empty text is none; a property that is set to `null`
 * would stay, and answer 'is set' in segments, so it is unset. Whoever has another address by now keeps it.
 */
export const payloadOf = ({ contact, fields }: Change, known?: Profile) => {
  const own = pick(fields, isAttribute)
  const unset = Object.keys(pick(fields, (name, value) => !isAttribute(name) && value === null))
  const properties = pick(fields, (name, value) => !isAttribute(name) && value !== null)
  return {
    type: 'profile' as const,
    ...(known ? { id: known.id } : {}),
    attributes: {
      ...(known && !isCalled(contact)(known) ? {} : { [attributeFor(contact.key.type)]: contact.key.value }),
      ...Object.fromEntries(Object.entries(own).map(([name, value]) => [name, value === '' ? null : value])),
      ...(Object.keys(properties).length > 0 ? { properties } : {}),
    },
    ...(unset.length > 0 ? { meta: { patch_properties: { unset } } } : {}),
  }
}
export type Payload = ReturnType<typeof payloadOf>

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
/** What a profile holds in a field; `null` where that is empty, or more than one value. */
const held = ({ attributes: own }: Profile, name: string): FieldValue => {
  const value = isAttribute(name) ? own[name] : own.properties?.[name]
  return isScalar(value) ? value : null
}
export const holdingOf = (found: Profile, fields: readonly string[], memberships: Holding['memberships']): Holding => ({
  remoteId: found.id,
  fields: Object.fromEntries(fields.map((name) => [name, held(found, name)])),
  memberships,
})

/** Nobody who was never asked has refused. A suppressed address gets nothing, whatever was agreed. */
const consents: Readonly<Record<string, boolean>> = { SUBSCRIBED: true, UNSUBSCRIBED: false }
const consentOf = ({ attributes: { subscriptions } }: Profile): boolean | undefined => {
  const { consent, suppression } = subscriptions?.email?.marketing ?? {}
  return (suppression ?? []).length > 0 ? false : consents[consent ?? '']
}

const identifiersOf = ({ attributes: own }: Profile): readonly Identifier[] =>
  Object.entries(identifiers).flatMap(([type, attribute]) => {
    const value = own[attribute]
    return value ? [{ type, value }] : []
  })

export const recordOf = (found: Profile): ContactRecord => {
  const at = found.attributes.updated ?? ''
  const names = [...attributes, ...Object.keys(found.attributes.properties ?? {})]
  return {
    kind: 'contact',
    id: `profile:${found.id}:${at}`,
    at,
    identifiers: identifiersOf(found),
    remoteId: found.id,
    fields: Object.fromEntries(names.map((name) => [name, held(found, name)])),
    consent: consentOf(found),
  }
}
