import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Call, ReadOperation } from '../../core/contract/connector.ts'
import { isAmbiguous, pathMatches, pathProblem } from '../../core/host/path.ts'
import { isRead } from '../../core/host/read-only.ts'

const reads: readonly ReadOperation[] = [
  { method: 'GET', path: '/contacts' },
  { method: 'GET', path: '/contacts/*' },
  { method: 'GET', path: '/lists/*/members/**' },
  { method: 'POST', path: '/contacts/search' },
  { method: 'POST', path: '/admin-api', graphql: true },
  { method: 'POST', path: '/rpc', when: { method: ['party.read', 'party.search'] } },
]
type Asked = Parameters<typeof isRead>[1]
const asked = (method: Call<unknown>['method'], path: string, rest: Partial<Asked> = {}): Asked => ({
  method,
  path,
  ...rest,
})
const graphql = (query: string, rest: object = {}) => asked('POST', '/admin-api', { json: { query, ...rest } })

describe('a path below a base address', () => {
  it.each([
    '/',
    '/contacts',
    '/contacts/',
    '/contacts/ada%40example.test',
    '/contacts/a%2Bb',
    '/3.0/lists/..a/x..',
    '/c/%C3%BC',
  ])('may be %s', (path) => expect(pathProblem(path)).toBeNull())

  it.each([
    ['', 'start with'],
    ['contacts', 'start with'],
    ['https://elsewhere.example/', 'start with'],
    ['//elsewhere.example/', '//'],
    ['/contacts//1', '//'],
    ['/contacts?x=1', 'percent-encoded'],
    ['/contacts#x', 'percent-encoded'],
    ['/contacts\\..\\x', 'percent-encoded'],
    ['/con tacts', 'percent-encoded'],
    ['/con\ttacts', 'percent-encoded'],
    ['/ü', 'percent-encoded'],
    ['/contacts/..', 'climbs'],
    ['/contacts/./x', 'climbs'],
    ['/contacts/%2e%2E/x', 'climbs'],
    ['/contacts/.%2e', 'climbs'],
    ['/contacts/%', 'broken'],
    ['/contacts/%ff', 'broken'],
  ])('may not be "%s"', (path, why) => expect(pathProblem(path)).toContain(why))

  it('leads nowhere else than it says', () => {
    const tricks = fc.stringMatching(/^(\/|\.|%2e|%2f|%5c|\\|\?|#|@|:|\t|a|%|25|;){0,12}$/)
    fc.assert(
      fc.property(tricks, (text) => {
        const path = `/${text}`
        if (pathProblem(path)) return
        const url = new URL(`https://tool.example/api${path}`)
        expect([url.origin, url.pathname, url.search, url.hash]).toEqual([
          'https://tool.example',
          `/api${path}`,
          '',
          '',
        ])
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    ['/a/b%2fc', true],
    ['/a/b%5Cc', true],
    ['/a/%252e%252e', true],
    ['/a/b%2Bc%40d', false],
    ['/a/b', false],
  ])('is %s ambiguous to a server that decodes first: %s', (path, ambiguous) => {
    expect(isAmbiguous(path)).toBe(ambiguous)
  })

  it.each([
    ['/a', '/a', true],
    ['/a', '/a/', false],
    ['/a', '/A', false],
    ['/a/*', '/a/b', true],
    ['/a/*', '/a', false],
    ['/a/*', '/a/', false],
    ['/a/*', '/a/b/c', false],
    ['/a/*/c', '/a/b/c', true],
    ['/a/**', '/a', true],
    ['/a/**', '/a/b/c', true],
    ['/a/**', '/ab', false],
    ['/**', '/', true],
  ])('pattern %s, path %s: %s', (pattern, path, matches) => expect(pathMatches(pattern, path)).toBe(matches))
})

describe('a read', () => {
  const query = 'query Ask { customers { items { id } } }'

  it.each<[string, Asked]>([
    ['a listed path', asked('GET', '/contacts')],
    ['one segment', asked('GET', '/contacts/1')],
    ['any rest', asked('GET', '/lists/1/members/a/b')],
    ['a search by POST', asked('POST', '/contacts/search', { json: { emails: [] } })],
    ['a query', graphql(query)],
    ['a nameless query', graphql('{ customers { totalItems } }')],
    [
      'a query with variables',
      graphql('query Q($id: ID!) { customer(id: $id) { id } }', { variables: { id: '1' }, operationName: 'Q' }),
    ],
    ['one of several queries', graphql('query A { a } query B { b }', { operationName: 'B' })],
    ['a query with a fragment', graphql('query A { a { ...F } } fragment F on T { id }')],
    ['the word mutation in a text', graphql('query A { a(term: "mutation { b }") }')],
  ])('is %s', (_, call) => expect(isRead(reads, call)).toBe(true))

  it.each<[string, Asked]>([
    ['another method', asked('POST', '/contacts')],
    ['a deletion', asked('DELETE', '/contacts/1')],
    ['an unlisted path', asked('GET', '/campaigns')],
    ['a deeper path', asked('GET', '/contacts/1/tags')],
    ['an encoded slash', asked('GET', '/contacts/1%2Ftags')],
    ['a doubly encoded slash', asked('GET', '/contacts/1%252Ftags')],
    ['another method in the query', asked('GET', '/contacts', { query: { _method: 'DELETE' } })],
    ['another method in a header', asked('GET', '/contacts', { headers: { 'X-HTTP-Method-Override': 'PUT' } })],
    ['another method in the form', asked('POST', '/contacts/search', { form: { _method: 'PUT' } })],
    ['another method in the body', asked('POST', '/contacts/search', { json: { _method: 'PUT' } })],
    ['a mutation', graphql('mutation M { deleteCustomer(id: 1) { result } }')],
    ['a mutation behind a comment', graphql('# query\nmutation { a }')],
    ['a subscription', graphql('subscription S { a }')],
    ['a mutation beside a query', graphql(`${query} mutation M { a }`, { operationName: 'Ask' })],
    ['a choice among queries that is not made', graphql('query A { a } query B { b }')],
    ['an operation that is not there', graphql(query, { operationName: 'Other' })],
    ['no operation', graphql('fragment F on T { id }')],
    ['broken GraphQL', graphql('query {')],
    ['several operations in a list', asked('POST', '/admin-api', { json: [{ query }] })],
    ['a stored operation', graphql(query, { extensions: { persistedQuery: { sha256Hash: 'x' } } })],
    ['a query in the address', { ...graphql(query), query: { query: 'mutation { a }' } }],
    ['no body', asked('POST', '/admin-api')],
  ])('is not %s', (_, call) => expect(isRead(reads, call)).toBe(false))
})

describe('a request whose body says what it does', () => {
  const rpc = (json: unknown) => isRead(reads, asked('POST', '/rpc', { json }))
  it.each([
    { id: 1, method: 'party.read', params: [[1]] },
    { jsonrpc: '2.0', id: 'a', method: 'party.search' },
  ])('reads by what is listed: %j', (json) => expect(rpc(json)).toBe(true))

  it.each([
    [{ id: 1, method: 'party.write', params: [[1], {}] }],
    [{ id: 1, method: 'PARTY.READ' }],
    [{ id: 1, method: ['party.read'] }],
    [{ id: 1, method: 'party.read', Method: 'party.write' }],
    [[{ id: 1, method: 'party.read' }]],
    ['party.read'],
    [undefined],
  ])('does not by %j', (json) => expect(rpc(json)).toBe(false))
})
