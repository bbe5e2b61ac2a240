import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { needsShared, shared, sharedText } from '../core/profile/shared.ts'
import { exercised, subjectOf } from './exercise.ts'
import { routeIndexIn, routeProblems } from './wordpress-routes.ts'

const index = () => routeIndexIn(sharedText('contracts', 'specs', 'wordpress', 'wp-v2-index-6.6.json'))
/** https://make.wordpress.org/core/2020/11/20/rest-api-batch-framework-in-wordpress-5-6/ */
const batch = z.strictObject({
  validation: z.enum(['require-all-validate', 'normal']).optional(),
  requests: z
    .array(
      z.strictObject({
        method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']),
        path: z.string().startsWith('/wp/v2/'),
        body: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .max(25),
})
const pathOf = ({ path }: SandboxRequest) => new URL(path, 'http://site.invalid').pathname.replace('/wp-json', '')

/** The requests that a batch stands for, as the site runs them. */
const within = (request: SandboxRequest): readonly SandboxRequest[] =>
  batch.parse(request.body).requests.map(({ method, path, body }) => ({
    method,
    path: `/wp-json${path}`,
    headers: request.headers,
    body: body ?? {},
  }))
/** Fields of users are registered by each site: an index of another site cannot know them, only that they are an object. */
const withoutMeta = (request: SandboxRequest): SandboxRequest => {
  const { meta = {}, ...body } = z.record(z.string(), z.unknown()).parse(request.body ?? {})
  z.record(z.string(), z.unknown()).parse(meta)
  return { ...request, body: request.method === 'GET' ? undefined : body }
}

/** Users take it in later versions only; earlier ones ignore it, and search the addresses when the text holds an @. */
const withoutColumns = (request: SandboxRequest): SandboxRequest => ({
  ...request,
  path: request.path.replace('&search_columns=email', ''),
})

describe.skipIf(shared === undefined)(`the routes of WordPress 6.6, as it lists them itself${needsShared}`, () => {
  it('take every request of the connector, with all that is in it', async () => {
    const requests = await exercised(await subjectOf('wordpress'))
    const asked = requests
      .flatMap((request) => (pathOf(request) === '/batch/v1' ? within(request) : [request]))
      .filter((request) => pathOf(request).startsWith('/wp/v2/'))
    const routes = index()
    for (const request of asked)
      expect(routeProblems(routes, withoutColumns(withoutMeta(request))), `${request.method} ${request.path}`).toEqual(
        [],
      )
    const kinds = new Set(asked.map((request) => `${request.method} ${pathOf(request).replace(/\d+$/, '*')}`))
    expect([...kinds].sort()).toEqual([
      'DELETE /wp/v2/users/*',
      'GET /wp/v2/users',
      'GET /wp/v2/users/me',
      'POST /wp/v2/users',
      'POST /wp/v2/users/*',
    ])
  })

  it.each([
    ['a filter that users have not', 'GET', '/wp/v2/users?modified_after=2026-01-01', undefined],
    ['a page of more than 100', 'GET', '/wp/v2/users?per_page=101', undefined],
    ['a field that a user has not', 'POST', '/wp/v2/users/7', { headline: 'x' }],
    ['a new user without an address', 'POST', '/wp/v2/users', { username: 'ada', password: 'x' }],
  ])('would refuse %s', (_, method, path, body) =>
    expect(routeProblems(index(), { method, path: `/wp-json${path}`, headers: {}, body })).not.toEqual([]),
  )
})
