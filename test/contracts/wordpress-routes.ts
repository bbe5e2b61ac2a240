import { Ajv } from 'ajv'
import { z } from 'zod'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'

type Schema = Readonly<Record<string, unknown>>
const schema = z.record(z.string(), z.unknown())
const endpoint = z.object({ methods: z.array(z.string()), args: z.union([schema, z.array(z.unknown())]) })
/** The index that a WordPress site answers for one namespace of its REST API. */
const index = z.object({ routes: z.record(z.string(), z.object({ endpoints: z.array(endpoint) })) })
export type RouteIndex = z.output<typeof index>
export const routeIndexIn = (text: string): RouteIndex => index.parse(JSON.parse(text))

const isSchema = (value: unknown): value is Schema => schema.safeParse(value).success
/** A list of PHP's that has keys comes out as an object. */
const listOf = (value: unknown): unknown => (isSchema(value) ? Object.values(value) : value)
/** Of what WordPress says beside JSON Schema, `required` and `readonly` are kept to; nothing undescribed is let through. */
const strict = (found: Schema): Schema => {
  const { type, items, properties, enum: choices, minimum, maximum } = found
  const described = Object.entries(isSchema(properties) ? properties : {}).flatMap(([name, inner]) =>
    isSchema(inner) && inner.readonly !== true ? [[name, strict(inner)] as const] : [],
  )
  const own = Object.entries({ type, enum: listOf(choices), minimum, maximum }).filter(
    ([, value]) => value !== undefined,
  )
  return {
    ...Object.fromEntries(own),
    ...(isSchema(items) ? { items: strict(items) } : {}),
    ...(isSchema(properties) ? { properties: Object.fromEntries(described), additionalProperties: false } : {}),
  }
}
const objectOf = (args: Schema): Schema => ({
  ...strict({ type: 'object', properties: args }),
  required: Object.entries(args).flatMap(([name, arg]) => (isSchema(arg) && arg.required === true ? [name] : [])),
})

/** What a route takes by this method; `null`: it does not. */
const argsOf = ({ routes }: RouteIndex, method: string, route: string): Schema | null => {
  const [found] = Object.entries(routes)
    .filter(([pattern]) => new RegExp(`^${pattern.replaceAll('(?P<', '(?<')}$`).test(route))
    .flatMap(([, { endpoints }]) => endpoints.filter(({ methods }) => methods.includes(method)))
  return found ? (isSchema(found.args) ? found.args : {}) : null
}

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
/** What stands in addresses is text, and lists are joined by commas. */
const textual = new Ajv({ strict: false, allErrors: true, validateFormats: false, coerceTypes: 'array' })
const problemsBy = (judge: Ajv, wanted: Schema, value: unknown): readonly string[] =>
  judge.validate(wanted, value) ? [] : (judge.errors ?? []).map((error) => `${error.instancePath} ${error.message}`)

/** Of any route: https://developer.wordpress.org/rest-api/using-the-rest-api/global-parameters/ */
const global = { _fields: { type: 'string' } }
const parsed = (arg: unknown, text: string) =>
  isSchema(arg) && arg.type === 'array' ? text.split(',').filter((part) => part !== '') : text

/** What the site would not understand about a request; empty: nothing. */
export const routeProblems = (routes: RouteIndex, { method, path, body }: SandboxRequest): readonly string[] => {
  const { pathname, searchParams } = new URL(path, 'http://site.invalid')
  const args = argsOf(routes, method, pathname.replace(/^\/wp-json/, ''))
  if (!args) return [`${method} ${pathname} is no route`]
  if (method !== 'GET') return problemsBy(ajv, objectOf(args), body)
  const all = { ...args, ...global }
  const sent = [...searchParams].map(([name, text]) => [name, parsed(args[name], text)] as const)
  return problemsBy(textual, objectOf(all), Object.fromEntries(sent))
}

/** A batch is described by its items: as the route that makes one and the route that changes one take them. */
export const batchProblems = (routes: RouteIndex, { path, body }: SandboxRequest): readonly string[] => {
  const route = path.replace(/^\/wp-json/, '').replace(/\/batch$/, '')
  const [creation, change] = [argsOf(routes, 'POST', route), argsOf(routes, 'PUT', `${route}/1`)]
  const items = (properties: Schema | null) => ({ type: 'array', items: objectOf(properties ?? {}) })
  return problemsBy(
    ajv,
    {
      type: 'object',
      properties: {
        create: items(creation),
        update: items(change),
        delete: { type: 'array', items: { type: 'integer' } },
      },
      additionalProperties: false,
    },
    body,
  )
}
