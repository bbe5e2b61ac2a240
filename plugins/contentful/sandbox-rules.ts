import { type Kept, type KeptType, locale, type Space } from './sandbox-space.ts'

/** What is wrong with one field, as Contentful lists it. */
export interface Fault {
  readonly name: string
  readonly path: readonly string[]
  readonly details: string
}
const isTime = (value: unknown) => typeof value === 'string' && !Number.isNaN(Date.parse(value))
const takes: Readonly<Record<string, (value: unknown) => boolean>> = {
  Symbol: (value) => typeof value === 'string' && value.length <= 256,
  Text: (value) => typeof value === 'string' && value.length <= 50_000,
  Number: (value) => typeof value === 'number',
  Boolean: (value) => typeof value === 'boolean',
  Date: isTime,
}

/** A draft is only held to the types of its fields. `string`: a field that the type does not have. */
export const draftFaults = (type: KeptType, fields: Kept['fields']): string | readonly Fault[] => {
  const strange = Object.keys(fields).find((id) => !type.fields.some((field) => field.id === id))
  if (strange !== undefined) return strange
  return type.fields.flatMap((field) => {
    const value = fields[field.id]?.[locale]
    if (value === undefined || takes[field.type]?.(value) === true) return []
    const details = `The type of "${field.id}" is incorrect, expected type: ${field.type}`
    return [{ name: 'type', path: ['fields', field.id, locale], details }]
  })
}
/** What is published is held to everything. */
export const publicationFaults = (space: Space, type: KeptType, kept: Kept): readonly Fault[] =>
  type.fields.flatMap(({ id, required, validations }) => {
    const value = kept.fields[id]?.[locale]
    const path = ['fields', id, locale]
    if (value === undefined)
      return required ? [{ name: 'required', path, details: `The property "${id}" is required here` }] : []
    const pattern = validations.find(({ regexp }) => regexp)?.regexp?.pattern
    const isOdd = pattern !== undefined && !new RegExp(pattern).test(String(value))
    const isTaken =
      validations.some(({ unique }) => unique === true) &&
      space
        .entries()
        .some((other) => other !== kept && other.sys.publishedVersion && other.fields[id]?.[locale] === value)
    return [
      ...(isOdd ? [{ name: 'regexp', path, details: 'Does not match the pattern' }] : []),
      ...(isTaken ? [{ name: 'unique', path, details: 'Same field value present in another entry' }] : []),
    ]
  })
