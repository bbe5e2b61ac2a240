import { z } from 'zod'
import { allScopes, browserScopes } from '../flow/keys.ts'
import type { Keys } from '../flow/operations.ts'
import { instant, next } from './list.ts'
import { Problem } from './problem.ts'
import { type Facts, nothing, type Route, route } from './route.ts'

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'up to 64 letters, digits, dots, hyphens and underscores')
  .describe('The source of what is sent with the key; it stands in logs and in the audit')
export const keyShape = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    createdAt: instant,
    kind: z.enum(['secret', 'public']),
    origins: z.array(z.string()).describe('Of a public key: the origins of the pages that may use it'),
  })
  .meta({ id: 'Key' })
/** The only answer that holds the key itself. */
export const createdKey = keyShape
  .extend({
    key: z.string(),
    signingSecret: z
      .string()
      .optional()
      .describe(
        "Of a public key, and for the site's server alone: with it the server signs who somebody is. A browser states " +
          'that as context.identity = { userId, expires, signature }: expires in epoch seconds, signature the HMAC-SHA256 ' +
          'in hex of `${expires}.${userId}` under this secret',
      ),
  })
  .meta({ id: 'CreatedKey' })

const origin = z
  .string()
  .refine(
    (text) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text,
    'is an origin as browsers state it: https://shop.example',
  )
const wish = z
  .strictObject({
    name,
    scopes: z.array(z.enum(allScopes)).min(1),
    origins: z
      .array(origin)
      .min(1)
      .max(100)
      .optional()
      .describe('Makes the key public: for pages of these origins, to ingest and to decide by anonymousId'),
  })
  .refine(({ scopes, origins }) => origins === undefined || scopes.every((scope) => browserScopes.includes(scope)), {
    path: ['scopes'],
    error: `of a public key are ${browserScopes.join(' and ')} at most`,
  })
  .meta({ id: 'KeyWish' })

const facts = { tag: 'keys', scope: 'admin', path: '/v1/keys' } as const satisfies Partial<Facts>
export const keyRoutes = (operations: Keys): readonly Route[] => [
  route({
    ...facts,
    id: 'listKeys',
    method: 'get',
    summary: 'The API keys, without the keys themselves',
    input: nothing,
    response: z.object({ keys: z.array(keyShape), next }),
    handle: async () => ({ keys: await operations.keys(), next: null }),
  }),
  route({
    ...facts,
    id: 'createKey',
    method: 'post',
    summary: 'Creates an API key, secret or public; it is told this once',
    input: z.object({ body: wish }),
    response: createdKey,
    status: 201,
    handle: ({ body }, { actor }) => operations.createKey(body, actor),
  }),
  route({
    ...facts,
    id: 'revokeKey',
    method: 'delete',
    path: '/v1/keys/:id',
    summary: 'Revokes an API key at once',
    input: z.object({ params: z.object({ id: z.string() }) }),
    response: z.object({ revoked: z.literal(true) }),
    handle: async ({ params: { id } }, { actor }) => {
      if (!(await operations.revokeKey(id, actor))) throw new Problem('no-such-key', `There is no key ${id}.`)
      return { revoked: true as const }
    },
  }),
]
