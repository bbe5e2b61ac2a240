import { z } from 'zod'
import { problemBody } from './problem.ts'
import type { Route } from './route.ts'

type Json = Readonly<Record<string, unknown>>
type Direction = 'input' | 'output'
interface Section {
  readonly schema: Json
  /** Schemas with a name of their own, for `components`. */
  readonly named: Json
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const moveReferences = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(moveReferences)
  if (typeof value === 'string') return value.replace(/^#\/\$defs\//, '#/components/schemas/')
  return isJson(value)
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, moveReferences(inner)]))
    : value
}
const jsonOf = (value: unknown): Json => {
  const moved = moveReferences(value)
  return isJson(moved) ? moved : {}
}

/** Of a request the side that is sent counts, of an answer the side that arrives: defaults are optional in one, present in the other. */
const describe = (schema: z.ZodType, io: Direction): Section => {
  const { $schema: _, $defs = {}, ...plain } = z.toJSONSchema(schema, { io, target: 'draft-2020-12' })
  return { schema: jsonOf(plain), named: jsonOf($defs) }
}
/** A schema that has a name stands in `components` too, and a reference in its place. */
const reference = (schema: z.ZodType, io: Direction): Section => {
  const { schema: described, named } = describe(schema, io)
  const { id, ...plain } = described
  if (typeof id !== 'string') return { schema: plain, named }
  return { schema: { $ref: `#/components/schemas/${id}` }, named: { ...named, [id]: plain } }
}

const shapeOf = (schema: unknown): Readonly<Record<string, z.core.$ZodType>> =>
  schema instanceof z.ZodObject ? schema.shape : {}
const parametersOf = (place: 'path' | 'query', schema: unknown): readonly Json[] => {
  if (!(schema instanceof z.ZodObject)) return []
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' })
  return Object.keys(shapeOf(schema)).map((name) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: properties[name],
  }))
}

const security = (route: Route): readonly Json[] =>
  route.scope === null ? [] : ['bearer', 'basic', 'apiKey'].map((scheme) => ({ [scheme]: [route.scope] }))
const problemAnswer = {
  description: 'A problem',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

const problemsOf = ({ failure }: Route): { readonly answer: Json; readonly named: Json } => {
  if (failure === undefined) return { answer: problemAnswer, named: {} }
  const { schema, named } = reference(failure.shape, 'output')
  return { answer: { description: 'A problem', content: { 'application/json': { schema } } }, named }
}
const unchanged = { 304: { description: 'If-None-Match names this very answer' } }

interface Documented {
  readonly operation: Json
  readonly named: Json
}
const operationOf = (route: Route): Documented => {
  const { params, query, body } = route.input.shape
  const answer = reference(route.response, 'output')
  const asked = body instanceof z.ZodType ? reference(body, 'input') : null
  const problems = problemsOf(route)
  const good = {
    description: 'Done',
    content: { [route.text ?? 'application/json']: { schema: answer.schema } },
  }
  const operation = {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.browser && { description: 'Pages may call it with a public key.' }),
    security: security(route),
    parameters: [...parametersOf('path', params), ...parametersOf('query', query)],
    ...(asked && { requestBody: { required: true, content: { 'application/json': { schema: asked.schema } } } }),
    responses: { [String(route.status ?? 200)]: good, ...(route.tagged && unchanged), default: problems.answer },
  }
  return { operation, named: { ...answer.named, ...asked?.named, ...problems.named } }
}

/** `/v1/profiles/:id` as OpenAPI writes it: `/v1/profiles/{id}`. */
export const openapiPath = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}')

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer' },
  basic: { type: 'http', scheme: 'basic', description: 'The key is the user; the password is empty' },
  apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
}

/** The OpenAPI 3.1 document of the routes: nothing in it is written twice. */
export const openapi = (routes: readonly Route[]): Json => {
  const documented = routes.map((route) => ({ route, ...operationOf(route) }))
  const paths: Record<string, Record<string, Json>> = {}
  for (const { route, operation } of documented)
    paths[openapiPath(route.path)] = { ...paths[openapiPath(route.path)], [route.method]: operation }
  const problem = reference(problemBody, 'output')
  const schemas = Object.assign({}, problem.named, ...documented.map(({ named }) => named))
  return {
    openapi: '3.1.1',
    info: {
      title: 'Leitstern',
      version: '1',
      description: 'Decide once for each customer, the same on every channel.',
    },
    servers: [{ url: '/' }],
    paths,
    components: { schemas, securitySchemes },
  }
}
