import { z } from 'zod'
import type { Context, FieldType, Needs, SetupReport, ToolField } from '../../core/contract/connector.ts'
import { standardFields } from './map.ts'

/** The namespace of the companion plugin that registers user meta and signs webhooks. */
export const companion = 'leitstern/v1'

const scalar = z.object({
  type: z.string().catch(''),
  format: z.string().optional(),
  title: z.string().catch(''),
  description: z.string().catch(''),
})
const property = z.union([
  z.object({ type: z.literal('array'), items: scalar }).transform(({ items }) => items),
  scalar,
])
const endpoint = z.object({
  methods: z.array(z.string()),
  args: z.object({ meta: z.object({ properties: z.record(z.string(), property).catch({}) }).optional() }).catch({}),
})
const index = z.object({
  routes: z.object({ '/wp/v2/users': z.object({ endpoints: z.array(endpoint) }) }),
})

const types: Readonly<Record<string, FieldType>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
}
const phpTypes = {
  text: 'string',
  datetime: 'string',
  url: 'string',
  number: 'number',
  boolean: 'boolean',
} as const satisfies Record<FieldType, string>

const fieldOf = (name: string, { type, format, title, description }: z.output<typeof scalar>): ToolField[] => {
  const known = format === 'uri' ? 'url' : types[type]
  return known ? [{ name, type: known, label: title || description || name, writable: true }] : []
}

/** The route index lists what may be sent to a user, so a GET finds the registered meta. */
export const fieldsOf = async ({ http }: Context<unknown>): Promise<readonly ToolField[]> => {
  const { body } = await http({ method: 'GET', path: '/wp/v2', reply: index })
  const creating = body.routes['/wp/v2/users'].endpoints.find(({ methods }) => methods.includes('POST'))
  const meta = Object.entries(creating?.args.meta?.properties ?? {})
  const own = Object.entries(standardFields).map(
    ([name, label]) => ({ name, type: 'text', label, writable: true }) as const,
  )
  return [...own, ...meta.flatMap(([name, shape]) => fieldOf(name, shape))]
}

const quoted = (text: string) => `'${text.replace(/['\\]/g, '\\$&')}'`
/**
 * As a list WordPress shows an unset number or boolean as `[]`; as a single value it would show 0 or false, and nobody
 * could tell them from the real ones. `get_user_meta( $id, $key, true )` reads both alike.
 */
const isSingle = (type: FieldType) => phpTypes[type] === 'string'

const snippet = ({ name, type }: ToolField) =>
  `register_meta( 'user', ${quoted(name)}, [ 'type' => '${phpTypes[type]}', 'single' => ${isSingle(type)}, ` +
  `'show_in_rest' => ${type === 'url' ? "[ 'schema' => [ 'format' => 'uri' ] ]" : 'true'}, ` +
  `'auth_callback' => fn() => current_user_can( 'edit_users' ) ] );`
const byHand = (field: ToolField) =>
  `field ${field.name}: WordPress cannot register user meta over REST; install the companion plugin (wp-plugin/leitstern) ` +
  `and run setup again, or add to a plugin of the site, in the action 'init': ${snippet(field)}`

const registration = ({ name, type, label }: ToolField) => ({
  name,
  label,
  type: phpTypes[type],
  single: isSingle(type),
  ...(type === 'url' ? { format: 'uri' } : {}),
})

/** Registers what is missing through the companion plugin, where the site has it. */
export const setUp = async (ctx: Context<unknown>, { fields }: Needs): Promise<SetupReport> => {
  const known = new Set((await fieldsOf(ctx)).map(({ name }) => name))
  const missing = fields.filter(({ name }) => !known.has(name))
  const present = fields.filter(({ name }) => known.has(name)).map(({ name }) => `field ${name}`)
  if (missing.length === 0) return { created: [], present, manual: [] }
  const reply = z.object({ namespaces: z.array(z.string()) })
  const site = await ctx.http({ method: 'GET', path: '/', query: { _fields: 'namespaces' }, reply })
  if (!site.body.namespaces.includes(companion)) return { created: [], present, manual: missing.map(byHand) }
  const json = { fields: missing.map(registration) }
  await ctx.http({ method: 'POST', path: `/${companion}/fields`, json, reply: z.unknown() })
  return { created: missing.map(({ name }) => `field ${name}`), present, manual: [] }
}
