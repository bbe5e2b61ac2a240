import { z } from 'zod'
import { allScopes } from '../flow/keys.ts'
import type { Keys } from '../flow/operations.ts'
import { instant, next } from './list.ts'
import { Problem } from './problem.ts'
import { type Facts, nothing, type Route, route } from './route.ts'

const name = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'up to 64 letters, digits, dots, hyphens and underscores')
  .describe('The source of what is sent with the key; it stands in logs and in the audit')
export const keyShape = z
  .object({ id: z.string(), name: z.string(), scopes: z.array(z.string()), createdAt: instant })
  .meta({ id: 'Key' })
/** The only answer that holds the key itself. */
export const createdKey = keyShape.extend({ key: z.string() }).meta({ id: 'CreatedKey' })

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
    summary: 'Creates an API key; it is told this once',
    input: z.object({ body: z.strictObject({ name, scopes: z.array(z.enum(allScopes)).min(1) }) }),
    response: createdKey,
    status: 201,
    handle: ({ body }, { actor }) => operations.createKey(body.name, body.scopes, actor),
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
