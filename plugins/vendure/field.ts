import { z } from 'zod'
import type { FieldType, ToolField } from '../../core/contract/connector.ts'
import type { FieldValue } from '../../core/contract/value.ts'

/** Of Vendure's customer itself; everything else is a custom field. */
const standard: readonly ToolField[] = [
  { name: 'firstName', type: 'text', label: 'First name', writable: true },
  { name: 'lastName', type: 'text', label: 'Last name', writable: true },
  { name: 'title', type: 'text', label: 'Title', writable: true },
  { name: 'phoneNumber', type: 'text', label: 'Phone number', writable: true },
]
/** Vendure's database refuses `null` here. */
const neverNull = ['firstName', 'lastName']
const isStandard = (name: string) => standard.some((field) => field.name === name)

/** Custom field types that hold one plain value (https://docs.vendure.io/guides/developer-guide/custom-fields/). */
const types: Readonly<Record<string, FieldType>> = {
  string: 'text',
  text: 'text',
  int: 'number',
  float: 'number',
  boolean: 'boolean',
  datetime: 'datetime',
}
/** As `text`, not `string`: that one is cut off or refused beyond 255 characters on most databases. */
const configTypes = { text: 'text', url: 'text', number: 'float', boolean: 'boolean', datetime: 'datetime' } as const

const definition = z.object({
  name: z.string(),
  type: z.string(),
  list: z.boolean().nullish(),
  readonly: z.boolean().nullish(),
  label: z.array(z.object({ value: z.string() })).nullish(),
})
export const serverConfig = z.object({
  globalSettings: z.object({
    serverConfig: z.object({
      entityCustomFields: z.array(z.object({ entityName: z.string(), customFields: z.array(definition) })),
    }),
  }),
})

/**
 * The customer's fields as the server is configured: the standard ones and the custom ones that hold one plain value.
 */
export const fieldsFrom = ({ globalSettings }: z.output<typeof serverConfig>): readonly ToolField[] => {
  const { entityCustomFields } = globalSettings.serverConfig
  const custom = entityCustomFields.filter(({ entityName }) => entityName === 'Customer')
  const own = custom.flatMap(({ customFields }) => customFields.filter(({ list }) => list !== true))
  const plain = own.flatMap(({ name, type, readonly, label }): ToolField[] => {
    const known = types[type]
    return known ? [{ name, type: known, label: label?.[0]?.value ?? name, writable: readonly !== true }] : []
  })
  return [...standard, ...plain]
}
export const customNames = (fields: readonly ToolField[]): readonly string[] =>
  fields.map(({ name }) => name).filter((name) => !isStandard(name))

type Values = Readonly<Record<string, FieldValue>>
const isEmpty = (value: FieldValue) => value === null || value === ''
const stored = ([name, value]: readonly [string, FieldValue]) =>
  [name, isEmpty(value) ? (neverNull.includes(name) ? '' : null) : value] as const

/** Values as the input of createCustomer and updateCustomer takes them. */
export const inputFrom = (values: Values): Readonly<Record<string, unknown>> => {
  const entries = Object.entries(values).map(stored)
  const custom = entries.filter(([name]) => !isStandard(name))
  const own = Object.fromEntries(entries.filter(([name]) => isStandard(name)))
  return custom.length > 0 ? { ...own, customFields: Object.fromEntries(custom) } : own
}

/** What the server's config lacks, as the line to add to it. */
export const configLine = ({ name, type }: ToolField): string =>
  `{ name: '${name}', type: '${configTypes[type]}', nullable: true }`
/** The same as data, for a server that can be told over the API. */
export const declarationOf = ({ name, type, label }: ToolField) => ({ name, type: configTypes[type], label })

/** `url` is text here. */
export const isOfType = (field: ToolField, { type }: Pick<ToolField, 'type'>): boolean =>
  field.type === (type === 'url' ? 'text' : type)
