import { z } from 'zod'
import type { Sandbox } from '../../core/contract/sandbox.ts'

const subscription = z.looseObject({ members: z.array(z.looseObject({ email_address: z.string() })).min(2) })
const answer = z.looseObject({ errors: z.array(z.unknown()) })
const broken = ({ email_address }: { readonly email_address: string }) => ({
  email_address,
  error: 'An unexpected internal error has occurred. Please contact Support for more information.',
  error_code: 'ERROR_GENERIC',
})

/** The bulk call with an error for each member of the second half. */
export const half = (
  handle: Sandbox['handle'],
  request: Parameters<Sandbox['half']>[0],
): ReturnType<Sandbox['half']> => {
  const asked = request.method === 'POST' ? subscription.safeParse(request.body).data : undefined
  if (asked === undefined) return null
  const middle = Math.ceil(asked.members.length / 2)
  const reply = handle({ ...request, body: { ...asked, members: asked.members.slice(0, middle) } })
  const done = answer.safeParse(reply.json).data
  if (reply.status >= 400 || done === undefined) return reply
  const errors = [...done.errors, ...asked.members.slice(middle).map(broken)]
  return { ...reply, json: { ...done, errors, error_count: errors.length } }
}
