import { z } from 'zod'
import type { FieldType, ToolField } from '../../core/contract/connector.ts'
import type { FieldValue } from '../../core/contract/value.ts'

/** Of Shopify's customer itself; everything else is a metafield. */
const standard: readonly ToolField[] = [
  { name: 'firstName', type: 'text', label: 'First name', writable: true },
  { name: 'lastName', type: 'text', label: 'Last name', writable: true },
  { name: 'phone', type: 'text', label: 'Phone number', writable: true },
  { name: 'note', type: 'text', label: 'Note', writable: true },
]
export const isStandard = (name: string): boolean => standard.some((field) => field.name === name)

/** Metafield types that hold one plain value: https://shopify.dev/docs/apps/build/custom-data/metafields/list-of-data-types */
const types: Readonly<Record<string, FieldType>> = {
  single_line_text_field: 'text',
  multi_line_text_field: 'text',
  id: 'text',
  date: 'text',
  number_integer: 'number',
  number_decimal: 'number',
  boolean: 'boolean',
  date_time: 'datetime',
  url: 'url',
}
/** Several lines for text: the type of one line refuses line breaks. */
export const typeFor: Readonly<Record<FieldType, string>> = {
  text: 'multi_line_text_field',
  url: 'url',
  number: 'number_decimal',
  boolean: 'boolean',
  datetime: 'date_time',
}

export interface Key {
  readonly namespace: string
  readonly key: string
}
/** A field's name is its key in the hub's namespace, and `namespace.key` in any other. */
export const keyOf = (name: string, own: string): Key => {
  const dot = name.indexOf('.')
  return dot < 0 ? { namespace: own, key: name } : { namespace: name.slice(0, dot), key: name.slice(dot + 1) }
}
export const nameOf = ({ namespace, key }: Key, own: string): string =>
  namespace === own ? key : `${namespace}.${key}`
/** Two to 64 letters, digits, underscores and hyphens. */
export const isPossible = ({ namespace, key }: Key): boolean =>
  /^[A-Za-z0-9_-]{2,64}$/.test(key) && /^[A-Za-z0-9_-]{3,255}$/.test(namespace)

const definition = z.object({
  name: z.string(),
  namespace: z.string(),
  key: z.string(),
  type: z.object({ name: z.string() }),
})
export const definitionPage = z.object({
  metafieldDefinitions: z.object({
    nodes: z.array(definition),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
  }),
})
export type Definition = z.output<typeof definition>

/** The customer's fields: the standard ones and the defined metafields that hold one plain value. */
export const fieldsFrom = (definitions: readonly Definition[], own: string): readonly ToolField[] => [
  ...standard,
  ...definitions.flatMap(({ type, name, ...key }): ToolField[] => {
    const known = types[type.name]
    return known ? [{ name: nameOf(key, own), type: known, label: name, writable: true }] : []
  }),
]

/** A metafield's value is text, whatever its type; `null` where there is nothing to hold. */
export const encoded = (value: FieldValue): string | null => (value === null || value === '' ? null : String(value))

const decoders: Readonly<Partial<Record<FieldType, (text: string) => FieldValue>>> = {
  number: Number,
  boolean: (text) => text === 'true',
  datetime: (text) => new Date(text).toISOString(),
}
export const decoded = (text: string, type: string): FieldValue => decoders[types[type] ?? 'text']?.(text) ?? text
