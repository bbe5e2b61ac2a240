import { z } from 'zod'
import type { FieldType, Needs, SetupReport, ToolField } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { StrapiContext } from './settings.ts'
import { webhookHeader } from './webhook.ts'

const attribute = z.object({ type: z.string(), private: z.boolean().optional(), writable: z.boolean().optional() })
const contentType = z.object({
  schema: z.object({
    singularName: z.string(),
    pluralName: z.string(),
    attributes: z.record(z.string(), attribute.catch({ type: '' })),
  }),
})
type Schema = z.output<typeof contentType>['schema']

/** Attributes that hold one plain value. Source: https://docs.strapi.io/cms/backend-customization/models#model-attributes */
const types: Readonly<Record<string, FieldType>> = {
  string: 'text',
  text: 'text',
  richtext: 'text',
  enumeration: 'text',
  email: 'text',
  uid: 'text',
  date: 'text',
  time: 'text',
  biginteger: 'text',
  integer: 'number',
  float: 'number',
  decimal: 'number',
  boolean: 'boolean',
  datetime: 'datetime',
}
/** As `text`, not `string`: that one ends after 255 characters on most databases. */
const attributes = {
  text: 'text',
  url: 'text',
  number: 'float',
  boolean: 'boolean',
  datetime: 'datetime',
} as const satisfies Record<FieldType, string>

const schemaOf = async ({ http, settings }: StrapiContext): Promise<Schema | null> => {
  const reply = z.object({ data: z.array(contentType) })
  const { body } = await http({ method: 'GET', path: '/api/content-type-builder/content-types', reply })
  return body.data.find(({ schema }) => schema.pluralName === settings.collection)?.schema ?? null
}
/** What is private is kept, but never shown: nobody could tell whether it arrived. The address is no field. */
const fieldsIn = ({ attributes: all }: Schema): readonly ToolField[] =>
  Object.entries(all).flatMap(([name, { type, private: isHidden, writable }]) => {
    const known = types[type]
    if (known === undefined || isHidden === true || name === 'email') return []
    return [{ name, type: known, label: name, writable: writable !== false }]
  })

export const fieldsOf = async (ctx: StrapiContext): Promise<readonly ToolField[]> => {
  const schema = await schemaOf(ctx)
  if (schema) return fieldsIn(schema)
  throw new ConnectorError(
    'config',
    `reading the fields of visitors: Strapi has no content type "${ctx.settings.collection}": run setup, which says how to add it`,
  )
}

const definition = ({ name, type }: ToolField) => `"${name}": { "type": "${attributes[type]}" }`
/** The whole of schema.json for a server that has no such type yet. */
const wholeSchema = (collection: string, fields: readonly ToolField[]) => {
  const singularName = collection.replace(/s$/, '') === collection ? `${collection}-item` : collection.replace(/s$/, '')
  const info = JSON.stringify({ singularName, pluralName: collection, displayName: singularName })
  const all = ['"email": { "type": "email", "unique": true }', ...fields.map(definition)].join(', ')
  return (
    `content type ${collection}: add src/api/${singularName}/content-types/${singularName}/schema.json with ` +
    `{ "kind": "collectionType", "collectionName": "${collection.replace(/-/g, '_')}", "info": ${info}, ` +
    `"options": { "draftAndPublish": false }, "attributes": { ${all} } }, ` +
    `with its core router, controller and service (strapi generate), and restart`
  )
}
const lineFor = (schema: Schema, field: ToolField, known: ToolField | undefined): string =>
  known === undefined && schema.attributes[field.name] === undefined
    ? `field ${field.name}: no token may alter content types; add to "attributes" in schema.json of ${schema.singularName}, and restart: ${definition(field)}`
    : `field ${field.name}: is of another type or private: in schema.json of ${schema.singularName} it must be ${definition(field)}, or map to another one`

const fits = (need: ToolField, known: ToolField | undefined) =>
  known?.writable === true && (known.type === need.type || (need.type === 'url' && known.type === 'text'))
const byHand = `webhook: in Settings, Webhooks, send the events of entries to this hub with a header ${webhookHeader}, and state its value as webhookSecret; until then changes wait for the next pull`

/** Only an administrator with the source can do what is missing: the report says exactly what. */
export const setUp = async (ctx: StrapiContext, { fields }: Needs): Promise<SetupReport> => {
  const schema = await schemaOf(ctx)
  const hook = ctx.settings.webhookSecret === undefined ? [byHand] : []
  if (!schema) return { created: [], present: [], manual: [wholeSchema(ctx.settings.collection, fields), ...hook] }
  const known = new Map(fieldsIn(schema).map((field) => [field.name, field]))
  const present = fields.filter((field) => fits(field, known.get(field.name)))
  const missing = fields.filter((field) => !present.includes(field))
  return {
    created: [],
    present: present.map(({ name }) => `field ${name}`),
    manual: [...missing.map((field) => lineFor(schema, field, known.get(field.name))), ...hook],
  }
}
