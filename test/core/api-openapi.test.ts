import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { openapi, openapiPath } from '../../core/api/openapi.ts'
import { allRoutes } from '../../core/api/routes.ts'
import { unbuilt } from '../../core/api/unbuilt.ts'
import { adaId, fakeHub, pageOrigin } from '../support/operations.ts'
import { type ServedHub, servedHub } from '../support/served.ts'

const schemas = z.record(z.string(), z.record(z.string(), z.unknown()))
const media = z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) })
const operation = z.object({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema: z.unknown() })),
  requestBody: media.optional(),
  responses: z.record(z.string(), media.partial()),
})
const document = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas, securitySchemes: z.record(z.string(), z.unknown()) }),
})
type Operation = z.output<typeof operation>

const routes = allRoutes(fakeHub().operations, () => false)
const described = document.parse(openapi(routes))
const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, one]) => ({ path, method, ...one })),
)

const base = 'openapi'
const ajv = new Ajv2020({ strict: false, validateFormats: false })
ajv.addSchema({ components: described.components }, base)
/** A schema of the document, its references into the document resolved. */
const compile = (schema: unknown) =>
  ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', `"${base}#/components/`)))
const piecesOf = (one: Operation): readonly unknown[] => [
  ...one.parameters.map(({ schema }) => schema),
  ...[one.requestBody, ...Object.values(one.responses)].flatMap((part) =>
    Object.values(part?.content ?? {}).map(({ schema }) => schema),
  ),
]

let hub: ServedHub
beforeAll(async () => {
  hub = await servedHub()
})
afterAll(() => hub.stop())

describe('the OpenAPI document', () => {
  it('is served without a key, and is the one that the routes give', async () => {
    const { status, body } = await hub.ask('/openapi.json')
    expect(status).toBe(200)
    expect(body).toMatchObject({ openapi: '3.1.1', info: { title: 'Leitstern' } })
    expect(document.parse(body)).toEqual(described)
  })

  it('describes every route that is built, once', () => {
    const built = routes.map(({ id }) => id)
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual([...built].sort())
    expect(new Set(built).size).toBe(built.length)
  })

  it('has a security scheme and the scope for each guarded route, and none for an open one', () => {
    expect(Object.keys(described.components.securitySchemes)).toEqual(['bearer', 'basic', 'apiKey'])
    for (const { id, scope } of routes) {
      const security = operations.find(({ operationId }) => operationId === id)?.security
      const wanted = scope === null ? [] : [{ bearer: [scope] }, { basic: [scope] }, { apiKey: [scope] }]
      expect({ id, security }).toEqual({ id, security: wanted })
    }
  })

  it('names every parameter of a path, as required', () => {
    for (const { path, parameters } of operations) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const named = parameters.filter((one) => one.in === 'path' && one.required).map(({ name }) => name)
      expect({ path, named }).toEqual({ path, named: inPath })
    }
  })

  it.each(operations)('$method $path: each of its schemas is a JSON Schema', (one) => {
    const pieces = piecesOf(one)
    expect(pieces.length).toBeGreaterThan(1)
    for (const piece of pieces) expect(compile(piece)).toBeTypeOf('function')
  })

  it('every component is a JSON Schema', () => {
    const names = Object.keys(described.components.schemas)
    expect(names).toEqual(expect.arrayContaining(['Problem', 'Profile', 'Condition', 'DecideRequest']))
    for (const name of names) expect(compile({ $ref: `#/components/schemas/${name}` })).toBeTypeOf('function')
  })
})

/** Questions that a path cannot be asked without. */
const queries: Readonly<Record<string, string>> = { explain: '?slot=lead-offer', gates: '?phase=live' }

describe('answers are what the document says', () => {
  const gets = operations.filter(({ method, path }) => method === 'get' && !/metrics|backup/.test(path))
  it.each(gets)('GET $path', async ({ path, responses }) => {
    const address = path
      .replace('/profiles/{id}', `/profiles/${adaId}`)
      .replace('/imports/{id}', `/imports/${'0'.repeat(32)}`)
      .replace(/\{\w+\}/, 'mail')
    const query = queries[path.split('/').at(-1) ?? ''] ?? ''
    const { body } = await hub.ask(`${address}${query}`, { key: 'key-all' })
    const fits = compile(responses['200']?.content?.['application/json']?.schema)
    expect([fits(body), fits.errors]).toEqual([true, null])
  })

  it('POST /v1/decide, question and answer', async () => {
    const decide = described.paths['/v1/decide']?.post
    const question = compile(decide?.requestBody?.content['application/json']?.schema)
    const json = {
      profile: { email: 'ada@example.test' },
      placements: ['mail-hero'],
      context: { page: '/' },
      locale: 'de',
    }
    expect([question(json), question({ profile: { email: { a: 1 } } })]).toEqual([true, false])
    const { body } = await hub.ask('/v1/decide', { key: 'key-all', json })
    expect(compile(decide?.responses['200']?.content?.['application/json']?.schema)(body)).toBe(true)
  })

  /** Their answers are not brought into shape any more before they leave. */
  const hot = routes.filter((one) => one.hot)
  it.each(hot)('$method $path, to a secret key and to a page', async ({ path }) => {
    const json = path === '/v1/decide' ? { profile: { anonymousId: 'a1' } } : { batch: [{}] }
    const fits = compile(described.paths[path]?.post?.responses['200']?.content?.['application/json']?.schema)
    for (const key of ['key-all', 'key-page']) {
      const { status, body } = await hub.ask(path, { key, json, headers: { origin: pageOrigin } })
      expect([status, fits(body), fits.errors]).toEqual([200, true, null])
    }
    expect(fits({ success: true, accepted: 1, refused: [], repeated: 1 })).toBe(false)
  })

  it('a problem', async () => {
    const fits = compile({ $ref: '#/components/schemas/Problem' })
    const { body } = await hub.ask('/v1/decide', { key: 'key-all', json: { profile: {} } })
    expect([fits(body), fits.errors]).toEqual([true, null])
  })
})

describe('what is not built yet', () => {
  const paths = Object.keys(unbuilt)
  it.each(paths)('%s answers 501 by name and is absent from the document', async (path) => {
    const address = path.replace(/:\w+/g, 'x')
    for (const method of ['GET', 'POST', 'PUT', 'DELETE']) {
      const { status, body, headers } = await hub.ask(address, { method })
      expect(status).toBe(501)
      expect(headers.get('content-type')).toContain('application/problem+json')
      expect(body).toMatchObject({ type: '/problems/not-built', detail: expect.stringContaining(path) })
    }
    expect(described.paths).not.toHaveProperty([openapiPath(path)])
  })
})
