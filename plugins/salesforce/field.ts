import { z } from 'zod'
import type { FieldType, ToolField } from '../../core/contract/connector.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { ask } from './ask.ts'
import { path, type Wire } from './settings.ts'

/**
 * A date has no time of day, so that it stays text. Source:
 * https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/field_types.htm
 */
const types: Readonly<Record<string, FieldType>> = {
  string: 'text',
  textarea: 'text',
  email: 'text',
  phone: 'text',
  picklist: 'text',
  multipicklist: 'text',
  combobox: 'text',
  date: 'text',
  url: 'url',
  double: 'number',
  currency: 'number',
  percent: 'number',
  int: 'number',
  boolean: 'boolean',
  datetime: 'datetime',
}
const field = z.object({
  name: z.string(),
  label: z.string(),
  type: z.string(),
  custom: z.boolean(),
  updateable: z.boolean(),
  nillable: z.boolean(),
})
export type Field = z.output<typeof field>
const description = z.object({ fields: z.array(field) })

/** Everything that the integration user may see of the object: what is hidden from it is not there. */
export const describe = async (ctx: Wire): Promise<readonly Field[]> =>
  (await ask(ctx, { method: 'GET', path: path(`/sobjects/${ctx.settings.object}/describe`), reply: description }))
    .fields

export const fieldsFrom = (fields: readonly Field[]): readonly ToolField[] =>
  fields.flatMap(({ name, label, type, updateable }): ToolField[] => {
    const known = types[type]
    return known ? [{ name, label, type: known, writable: updateable }] : []
  })

/** Salesforce brings some 60 fields of its own; of those, only what is said about a person by people is pulled. */
const personal = [
  'FirstName',
  'LastName',
  'Salutation',
  'Title',
  'Company',
  'Department',
  'Phone',
  'MobilePhone',
  'LeadSource',
  'MailingCity',
  'MailingPostalCode',
  'MailingCountry',
  'City',
  'PostalCode',
  'Country',
]
export const isPulled = ({ name, type, custom }: Field): boolean =>
  types[type] !== undefined && (custom || personal.includes(name))

/** For a person without a last name or a company, which Salesforce demands. */
export const notProvided = '[not provided]'

/** As Salesforce writes times: `2026-11-22T06:00:00.000+0000`. */
const isTime = (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/.test(text)
export const decoded = (value: unknown): FieldValue => {
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (typeof value !== 'string' || value === '' || value === notProvided) return null
  return isTime(value) ? new Date(value).toISOString() : value
}
/** An empty text and nothing are one. */
export const encoded = (value: FieldValue): FieldValue => (value === '' ? null : value)

const isIso = (value: FieldValue): value is string => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)
/** Whether a field holds what was sent. A box that is not ticked is as empty as it gets. */
export const isKept = (sent: FieldValue, held: FieldValue): boolean => {
  const wanted = decoded(sent)
  if (wanted === null) return held === null || held === false
  if (String(wanted) === String(held)) return true
  return isIso(wanted) && isIso(held) && Date.parse(wanted) === Date.parse(held)
}
