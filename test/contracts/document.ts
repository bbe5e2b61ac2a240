import { z } from 'zod'
import { closed } from './strict-schema.ts'

const node = z.record(z.string(), z.unknown())
const schema = z.looseObject({ type: z.unknown().optional() })
const rawParameter = z.looseObject({
  name: z.string(),
  in: z.string(),
  required: z.boolean().default(false),
  schema: schema.optional(),
  explode: z.boolean().optional(),
  collectionFormat: z.string().optional(),
})
const security = z.array(node)
const rawOperation = z.looseObject({
  parameters: z.array(z.unknown()).default([]),
  requestBody: z.unknown().optional(),
  security: security.optional(),
  consumes: z.array(z.string()).optional(),
})
const rawBody = z.looseObject({
  required: z.boolean().default(false),
  content: z.record(z.string(), z.looseObject({ schema: schema.default({}) })),
})
const schemes = z.record(
  z.string(),
  z.looseObject({ type: z.string(), in: z.string().optional(), name: z.string().optional() }),
)
const description = z.looseObject({
  servers: z.array(z.object({ url: z.string() })).default([]),
  basePath: z.string().default('/'),
  paths: z.record(z.string(), node),
  security: security.default([]),
  consumes: z.array(z.string()).default(['application/json']),
  components: z.looseObject({ securitySchemes: schemes.default({}) }).default({ securitySchemes: {} }),
  securityDefinitions: schemes.default({}),
})

export interface Parameter {
  readonly place: string
  readonly name: string
  readonly required: boolean
  readonly schema: object
  readonly isList: boolean
  /** A list in one text with commas, and not by repetition. */
  readonly isJoined: boolean
}
export interface Operation {
  readonly parameters: readonly Parameter[]
  /** What its path has in the places that the description leaves open. */
  readonly values: Readonly<Record<string, string>>
  readonly isBodyRequired: boolean
  /** Schemas of the body by media type. */
  readonly bodies: Readonly<Record<string, object>>
  /** Headers, in lower case, by which a credential may come: all of one of these ways. Empty: none is wanted. */
  readonly credentials: readonly (readonly string[])[]
}
/** OpenAPI 3 and Swagger 2 as one. */
export interface ApiDocument {
  /** With all schemas, for references to lead to. */
  readonly root: object
  readonly find: (method: string, path: string) => Operation | null
}

const escaped = (text: string) => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&')
const matched = (template: string, path: string): Operation['values'] | null => {
  const pattern = template
    .split(/\{[^}]+\}/)
    .map(escaped)
    .join('([^/]+)')
  const found = new RegExp(`^${pattern}/?$`).exec(path)
  const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name)
  return found && Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(found[index + 1] ?? '')]))
}

const parameterOf = (raw: z.output<typeof rawParameter>): Parameter => {
  const own = raw.schema ?? schema.parse(raw)
  const { collectionFormat, explode } = raw
  const isJoined = raw.schema ? explode === false : collectionFormat !== 'multi'
  // In Swagger 2 the parameter is its own schema, and `required` means something else there.
  const { required: _required, in: _in, name: _name, ...plain } = own
  return {
    place: raw.in,
    name: raw.name,
    required: raw.required,
    schema: raw.schema ?? plain,
    isList: own.type === 'array',
    isJoined,
  }
}
const formOf = (fields: readonly Parameter[]): object => ({
  type: 'object',
  properties: Object.fromEntries(fields.map((field) => [field.name, field.schema])),
  required: fields.filter(({ required }) => required).map(({ name }) => name),
  additionalProperties: false,
})

/** Reads a vendor's description. Throws where it is none. */
export const apiDocument = (given: unknown): ApiDocument => {
  const root = node.parse(closed(given))
  const { servers, basePath, paths, ...about } = description.parse(root)
  const base = new URL(servers[0]?.url ?? basePath, 'http://document.invalid').pathname.replace(/\/$/, '')

  const resolved = (value: unknown): unknown => {
    const { $ref } = z.looseObject({ $ref: z.string().optional() }).parse(value)
    if ($ref === undefined) return value
    const names = $ref.replace(/^[^#]*#\//, '').split('/')
    return names.reduce(
      (inner: unknown, name) => node.parse(inner)[name.replaceAll('~1', '/').replaceAll('~0', '~')],
      root,
    )
  }
  const known = { ...about.components.securitySchemes, ...about.securityDefinitions }
  const headerOf = (scheme: string): readonly string[] => {
    const { type = '', in: place, name = '' } = known[scheme] ?? {}
    if (type !== 'apiKey') return ['authorization']
    return place === 'header' ? [name.toLowerCase()] : []
  }
  const bodiesOf = (raw: z.output<typeof rawOperation>, parameters: readonly Parameter[]) => {
    const body = raw.requestBody === undefined ? null : rawBody.parse(resolved(raw.requestBody))
    if (body) {
      const bodies = Object.entries(body.content).map(([type, media]) => [type, media.schema] as const)
      return { isBodyRequired: body.required, bodies: Object.fromEntries(bodies) }
    }
    const whole = parameters.find(({ place }) => place === 'body')
    const fields = parameters.filter(({ place }) => place === 'formData')
    const own = whole?.schema ?? (fields.length > 0 ? formOf(fields) : null)
    const types = raw.consumes ?? about.consumes
    return {
      isBodyRequired: whole?.required ?? false,
      bodies: own ? Object.fromEntries(types.map((type) => [type, own])) : {},
    }
  }
  const operationAt = (item: z.output<typeof node>, method: string, values: Operation['values']): Operation => {
    const raw = rawOperation.parse(item[method])
    const shared = z.array(z.unknown()).default([]).parse(item.parameters)
    const parameters = [...shared, ...raw.parameters].map((one) => parameterOf(rawParameter.parse(resolved(one))))
    const credentials = (raw.security ?? about.security).map((way) => Object.keys(way).flatMap(headerOf))
    return { parameters, values, credentials, ...bodiesOf(raw, parameters) }
  }
  const find: ApiDocument['find'] = (method, path) => {
    if (!path.startsWith(base)) return null
    const own = path.slice(base.length)
    const [best] = Object.entries(paths)
      .flatMap(([template, item]) => {
        const values = item[method] === undefined ? null : matched(template, own)
        return values ? [{ item, values, open: Object.keys(values).length }] : []
      })
      // The one with the fewest open places: `/users/me` goes before `/users/{id}`.
      .sort((a, b) => a.open - b.open)
    return best ? operationAt(best.item, method, best.values) : null
  }
  return { root, find }
}
