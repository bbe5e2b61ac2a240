import { z } from 'zod'
import type { Sandbox } from '../../core/contract/sandbox.ts'

const batch = z.looseObject({ requests: z.array(z.unknown()).min(2) })
const answer = z.looseObject({ responses: z.array(z.unknown()) })
const broken = {
  status: 500,
  body: { code: 'internal_server_error', message: 'There has been a critical error on this website.', data: null },
  headers: [],
}

/** The bulk call, each write of the second half answered with PHP's fatal error. */
export const half = (
  handle: Sandbox['handle'],
  request: Parameters<Sandbox['half']>[0],
): ReturnType<Sandbox['half']> => {
  const asked = batch.safeParse(request.body).data
  if (asked === undefined) return null
  const middle = Math.ceil(asked.requests.length / 2)
  const reply = handle({ ...request, body: { ...asked, requests: asked.requests.slice(0, middle) } })
  const done = answer.safeParse(reply.json).data
  if (reply.status >= 400 || done === undefined) return reply
  return { ...reply, json: { responses: [...done.responses, ...asked.requests.slice(middle).map(() => broken)] } }
}
