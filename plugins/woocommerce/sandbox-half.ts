import { z } from 'zod'
import type { Sandbox, SandboxReply, SandboxRequest } from '../../core/contract/sandbox.ts'
import { batch } from './sandbox-rest.ts'

const kinds = ['create', 'update', 'delete'] as const
const done = z.object({ create: z.array(z.unknown()), update: z.array(z.unknown()), delete: z.array(z.unknown()) })
const broken = {
  id: 0,
  error: { code: 'internal_server_error', message: 'There has been a critical error.', data: { status: 500 } },
}

/** The first half of each kind of item, each of the rest answered with PHP's fatal error. */
export const half = (handle: Sandbox['handle'], request: SandboxRequest): SandboxReply | null => {
  if (!request.path.endsWith('/batch')) return null
  const asked = batch.parse(request.body)
  const middle = (kind: (typeof kinds)[number]) => Math.ceil(asked[kind].length / 2)
  const first = Object.fromEntries(kinds.map((kind) => [kind, asked[kind].slice(0, middle(kind))]))
  const reply = handle({ ...request, body: first })
  const answers = done.safeParse(reply.json).data
  if (!answers) return reply
  const rest = (kind: (typeof kinds)[number]) => asked[kind].slice(middle(kind)).map(() => broken)
  return { ...reply, json: Object.fromEntries(kinds.map((kind) => [kind, [...answers[kind], ...rest(kind)]])) }
}
