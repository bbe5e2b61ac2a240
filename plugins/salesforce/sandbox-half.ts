import { z } from 'zod'
import type { Sandbox } from '../../core/contract/sandbox.ts'
import { failed } from './sandbox-collections.ts'

const batch = z.looseObject({ records: z.array(z.unknown()).min(2) })
const answer = z.array(z.unknown())

/** A collection, answered in order: the second half of it could not be locked. */
export const half = (
  handle: Sandbox['handle'],
  request: Parameters<Sandbox['half']>[0],
): ReturnType<Sandbox['half']> => {
  const asked = batch.safeParse(request.body).data
  if (asked === undefined) return null
  const middle = Math.ceil(asked.records.length / 2)
  const reply = handle({ ...request, body: { ...asked, records: asked.records.slice(0, middle) } })
  const done = answer.safeParse(reply.json).data
  if (reply.status >= 400 || done === undefined) return reply
  const locked = failed('UNABLE_TO_LOCK_ROW', 'unable to obtain exclusive access to this record')
  return { ...reply, json: [...done, ...asked.records.slice(middle).map(() => locked)] }
}
