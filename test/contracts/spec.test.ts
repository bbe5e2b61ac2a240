import { describe, expect, it } from 'vitest'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { specOf } from './spec.ts'

const person = {
  type: 'object',
  required: ['email'],
  properties: { email: { type: 'string' }, age: { type: 'integer', nullable: true } },
}
const openApi = {
  openapi: '3.0.2',
  servers: [{ url: 'https://api.tool.example/v3' }],
  security: [{ key: [] }],
  components: {
    securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'Api-Key' } },
    schemas: {
      person,
      being: { ...person },
      employee: { allOf: [{ $ref: '#/components/schemas/being' }, { properties: { desk: { type: 'string' } } }] },
    },
  },
  paths: {
    '/people/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
      get: {
        parameters: [
          { name: 'fields', in: 'query', explode: false, schema: { type: 'array', items: { enum: ['email', 'age'] } } },
          { name: 'Revision', in: 'header', required: true, schema: { type: 'string' } },
        ],
      },
      put: {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/person' } } },
        },
      },
    },
    '/people/me': { get: {} },
    '/employees': {
      post: { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/employee' } } } } },
    },
    '/calls': {
      post: {
        requestBody: {
          content: {
            'application/x-www-form-urlencoded': {
              schema: { type: 'object', properties: { to: { type: 'string' }, seconds: { type: 'integer' } } },
            },
          },
        },
      },
    },
  },
}
const swagger = {
  swagger: '2.0',
  basePath: '/v3',
  securityDefinitions: { key: { type: 'apiKey', in: 'header', name: 'api-key' } },
  security: [{ key: [] }],
  definitions: { person },
  paths: {
    '/people': {
      get: { parameters: [{ name: 'limit', in: 'query', type: 'integer', maximum: 50 }] },
      post: { parameters: [{ name: 'body', in: 'body', required: true, schema: { $ref: '#/definitions/person' } }] },
    },
  },
}

const request = (method: string, path: string, rest: Partial<SandboxRequest> = {}): SandboxRequest => ({
  method,
  path: `/v3${path}`,
  body: undefined,
  ...rest,
  headers: { 'api-key': 'k', 'content-type': 'application/json', ...rest.headers },
})
const revised = { headers: { revision: '2026-07-15' } }
const form = { 'content-type': 'application/x-www-form-urlencoded' }

interface Row {
  readonly name: string
  readonly document: unknown
  readonly request: SandboxRequest
  /** What the one problem names; `null`: there is none. */
  readonly problem: RegExp | null
}
const rows: readonly Row[] = [
  {
    name: 'a sound query',
    document: openApi,
    request: request('GET', '/people/7?fields=email,age', revised),
    problem: null,
  },
  {
    name: 'a path that is not there',
    document: openApi,
    request: request('GET', '/persons/7', revised),
    problem: /not described/,
  },
  {
    name: 'a method that is not there',
    document: openApi,
    request: request('DELETE', '/people/7'),
    problem: /not described/,
  },
  { name: 'the narrower of two paths', document: openApi, request: request('GET', '/people/me'), problem: null },
  {
    name: 'an id of another type',
    document: openApi,
    request: request('GET', '/people/x', revised),
    problem: /path id/,
  },
  {
    name: 'an unknown query name',
    document: openApi,
    request: request('GET', '/people/7?field=email', revised),
    problem: /query field: is not/,
  },
  {
    name: 'an unknown value in a list',
    document: openApi,
    request: request('GET', '/people/7?fields=email,name', revised),
    problem: /query fields\/1/,
  },
  { name: 'a missing header', document: openApi, request: request('GET', '/people/7'), problem: /header Revision/ },
  {
    name: 'a sound body',
    document: openApi,
    request: request('PUT', '/people/7', { body: { email: 'a', age: null } }),
    problem: null,
  },
  { name: 'a missing body', document: openApi, request: request('PUT', '/people/7'), problem: /body: is required/ },
  {
    name: 'a number as text in JSON',
    document: openApi,
    request: request('PUT', '/people/7', { body: { email: 'a', age: '7' } }),
    problem: /body\/age/,
  },
  {
    name: 'a misspelled property',
    document: openApi,
    request: request('PUT', '/people/7', { body: { email: 'a', agee: 7 } }),
    problem: /agee/,
  },
  {
    name: 'a body that is made of parts',
    document: openApi,
    request: request('POST', '/employees', { body: { email: 'a', desk: 'b' } }),
    problem: null,
  },
  {
    name: 'a misspelled property of one made of parts',
    document: openApi,
    request: request('POST', '/employees', { body: { email: 'a', dsk: 'b' } }),
    problem: /dsk/,
  },
  {
    name: 'a sound form',
    document: openApi,
    request: request('POST', '/calls', { body: 'to=a&seconds=7', headers: form }),
    problem: null,
  },
  {
    name: 'a form with text for a number',
    document: openApi,
    request: request('POST', '/calls', { body: 'seconds=x', headers: form }),
    problem: /body\/seconds/,
  },
  {
    name: 'JSON where a form is wanted',
    document: openApi,
    request: request('POST', '/calls', { body: {} }),
    problem: /application\/json is not described/,
  },
  {
    name: 'Swagger 2: a sound body',
    document: swagger,
    request: request('POST', '/people', { body: { email: 'a' } }),
    problem: null,
  },
  {
    name: 'Swagger 2: an incomplete body',
    document: swagger,
    request: request('POST', '/people', { body: { age: 7 } }),
    problem: /email/,
  },
  {
    name: 'Swagger 2: a query out of bounds',
    document: swagger,
    request: request('GET', '/people?limit=51'),
    problem: /query limit/,
  },
  {
    name: 'Swagger 2: outside of the base path',
    document: swagger,
    request: { ...request('GET', '/people'), path: '/people' },
    problem: /not described/,
  },
]

describe('holding requests to a description', () => {
  it.each(rows)('$name', ({ document, request: asked, problem }) => {
    const problems = specOf(document)(asked)
    expect(problems).toHaveLength(problem ? 1 : 0)
    if (problem) expect(problems[0]).toMatch(problem)
  })

  it('a request without the credential is found', () => {
    const { 'api-key': _key, ...headers } = request('GET', '/people').headers
    expect(specOf(swagger)({ ...request('GET', '/people'), headers })).toEqual([
      'GET /v3/people: no credential where one is wanted',
    ])
  })

  it('one of several documents is enough', () => {
    expect(specOf(openApi, swagger)(request('GET', '/people?limit=5'))).toEqual([])
  })
})
