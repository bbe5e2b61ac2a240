import { z } from 'zod'
import type { Sandbox } from '../../core/contract/sandbox.ts'

const batch = z.looseObject({ inputs: z.array(z.looseObject({ objectWriteTraceId: z.string() })).min(2) })
const answer = z.looseObject({ errors: z.array(z.unknown()).default([]) })
const broken = ({ objectWriteTraceId }: { readonly objectWriteTraceId: string }) => ({
  status: 'error',
  category: 'INTERNAL_ERROR',
  message: 'internal error',
  context: { objectWriteTraceId: [objectWriteTraceId] },
})

/** A batch write, answered with 207 and an error for each contact of the second half. */
export const half = (
  handle: Sandbox['handle'],
  request: Parameters<Sandbox['half']>[0],
): ReturnType<Sandbox['half']> => {
  const asked = batch.safeParse(request.body).data
  if (asked === undefined) return null
  const middle = Math.ceil(asked.inputs.length / 2)
  const reply = handle({ ...request, body: { ...asked, inputs: asked.inputs.slice(0, middle) } })
  const done = answer.safeParse(reply.json).data
  if (reply.status >= 400 || done === undefined) return reply
  const errors = [...done.errors, ...asked.inputs.slice(middle).map(broken)]
  return { status: 207, json: { ...done, errors, numErrors: errors.length } }
}
