import { z } from 'zod'
import type { FieldType, ToolField } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { type ContentfulContext, pathIn } from './settings.ts'

/** With whatever else a field has, since a write replaces the whole content type. */
const field = z.looseObject({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  required: z.boolean().default(false),
  localized: z.boolean().default(false),
  disabled: z.boolean().default(false),
})
export const contentType = z.looseObject({
  sys: z.object({ id: z.string(), version: z.number(), publishedVersion: z.number().optional() }),
  name: z.string(),
  displayField: z.string().nullish(),
  fields: z.array(field),
})
export type ContentType = z.output<typeof contentType>

/** Fields of one plain value. Source: https://www.contentful.com/developers/docs/concepts/data-model/ */
const types: Readonly<Record<string, FieldType>> = {
  Symbol: 'text',
  Text: 'text',
  Integer: 'number',
  Number: 'number',
  Boolean: 'boolean',
  Date: 'datetime',
}
/** As Text, not Symbol: that one ends after 256 characters. */
const madeOf = {
  text: 'Text',
  url: 'Text',
  number: 'Number',
  boolean: 'Boolean',
  datetime: 'Date',
} as const satisfies Record<FieldType, string>

export const typePath = (ctx: ContentfulContext, rest = ''): string =>
  pathIn(ctx, `/content_types/${ctx.settings.contentType}${rest}`)

/** `null` where the environment has no such type. */
export const typeOf = async (ctx: ContentfulContext): Promise<ContentType | null> => {
  const reply = z.union([contentType, z.object({ sys: z.object({ type: z.literal('Error') }) })])
  const { body } = await ctx.http({ method: 'GET', path: typePath(ctx), accept: [404], reply })
  return 'fields' in body ? body : null
}
/** The address is no field. */
export const fieldsIn = ({ fields }: ContentType): readonly ToolField[] =>
  fields.flatMap(({ id, name, type, disabled }) => {
    const known = types[type]
    return known === undefined || id === 'email' ? [] : [{ name: id, type: known, label: name, writable: !disabled }]
  })
export const fieldsOf = async (ctx: ContentfulContext): Promise<readonly ToolField[]> => {
  const found = await typeOf(ctx)
  if (found) return fieldsIn(found)
  throw new ConnectorError(
    'config',
    `reading the fields of visitors: the environment has no content type ${ctx.settings.contentType}: run setup, which creates it`,
  )
}

export const isPossibleId = (id: string): boolean => /^[a-zA-Z][a-zA-Z0-9_]{0,63}$/.test(id)
const bare = { required: false, localized: false, disabled: false, omitted: false, validations: [] }
const fieldFor = ({ name, label, type }: ToolField) => ({ ...bare, id: name, name: label, type: madeOf[type] })
/** Nobody is there twice, nor in other letters. */
const emailField = {
  ...bare,
  id: 'email',
  name: 'Email',
  type: 'Symbol',
  required: true,
  validations: [
    { unique: true },
    { regexp: { pattern: '^[^A-Z\\s@]+@[^A-Z\\s@]+\\.[^A-Z\\s@]+$', flags: '' }, message: 'An address, in lower case' },
  ],
}
/** The whole type, as a write states it. */
export const bodyFor = (before: ContentType | null, needs: readonly ToolField[]) => {
  if (before === null)
    return { name: 'Leitstern visitor', displayField: 'email', fields: [emailField, ...needs.map(fieldFor)] }
  const { sys: _, ...rest } = before
  return { ...rest, fields: [...before.fields, ...needs.map(fieldFor)] }
}
