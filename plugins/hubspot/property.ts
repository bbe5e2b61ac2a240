import { z } from 'zod'
import type { FieldType, ToolField } from '../../core/contract/connector.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import type { Wire } from './settings.ts'

/** https://developers.hubspot.com/docs/api-reference/legacy/crm/properties/guide */
const types: Readonly<Record<string, FieldType>> = {
  string: 'text',
  phone_number: 'text',
  enumeration: 'text',
  number: 'number',
  bool: 'boolean',
  date: 'datetime',
  datetime: 'datetime',
}
const property = z.object({
  name: z.string(),
  label: z.string(),
  type: z.string(),
  hidden: z.boolean().nullish(),
  hubspotDefined: z.boolean().nullish(),
  modificationMetadata: z.object({ readOnlyValue: z.boolean().nullish() }).nullish(),
})
export type Property = z.output<typeof property>
export const propertiesPath = '/crm/v3/properties/contacts'
export const lookUpProperties = async ({ http }: Wire): Promise<readonly Property[]> => {
  const reply = z.object({ results: z.array(property) })
  return (await http({ method: 'GET', path: propertiesPath, reply })).body.results
}

/** HubSpot brings some 300 properties of its own; of those, only what is said about a person by people is pulled. */
const personal = [
  'firstname',
  'lastname',
  'phone',
  'mobilephone',
  'company',
  'jobtitle',
  'city',
  'zip',
  'country',
  'lifecyclestage',
]
export const isPulled = ({ name, type, hidden, hubspotDefined }: Property): boolean =>
  types[type] !== undefined && hidden !== true && (hubspotDefined !== true || personal.includes(name))

export const fieldsFrom = (properties: readonly Property[]): readonly ToolField[] =>
  properties.flatMap(({ name, label, type, hidden, modificationMetadata }): ToolField[] => {
    const known = hidden === true ? undefined : types[type]
    return known ? [{ name, label, type: known, writable: modificationMetadata?.readOnlyValue !== true }] : []
  })

/** Everything is text on the way to HubSpot, and nothing empties a property. */
export const encoded = (value: FieldValue): string => (value === null ? '' : String(value))

/** HubSpot answers with ISO 8601, older properties with milliseconds. */
const timeFrom = (text: string): string => {
  const at = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isNaN(at) ? text : new Date(at).toISOString()
}
const readers: Readonly<Record<FieldType, (text: string) => FieldValue>> = {
  text: (text) => text,
  url: (text) => text,
  number: (text) => (Number.isNaN(Number(text)) ? text : Number(text)),
  boolean: (text) => text === 'true',
  datetime: timeFrom,
}
/** And everything is text on the way back: what it means, its definition says. */
export const decoded = (text: string | null | undefined, type: string): FieldValue =>
  text === null || text === undefined || text === '' ? null : readers[types[type] ?? 'text'](text)

export const groupName = 'leitstern'
const shapes: Readonly<Record<FieldType, object>> = {
  text: { type: 'string', fieldType: 'text' },
  url: { type: 'string', fieldType: 'text' },
  number: { type: 'number', fieldType: 'number' },
  boolean: {
    type: 'bool',
    fieldType: 'booleancheckbox',
    options: [
      { label: 'Yes', value: 'true', displayOrder: 0, hidden: false },
      { label: 'No', value: 'false', displayOrder: 1, hidden: false },
    ],
  },
  datetime: { type: 'datetime', fieldType: 'date' },
}
/** A field that the hub needs, as HubSpot is asked to create it. */
export const definitionOf = ({ name, label, type }: ToolField) => ({ groupName, name, label, ...shapes[type] })
export const isPossibleName = (name: string): boolean => /^[a-z][a-z0-9_]{0,99}$/.test(name)
export const isOfType = (field: ToolField, need: ToolField): boolean =>
  field.type === (need.type === 'url' ? 'text' : need.type)
