import { z } from 'zod'
import type { Sandbox } from '../../../core/contract/sandbox.ts'

const batch = z.object({ contacts: z.array(z.looseObject({ ref: z.string() })).min(2) })
const answer = z.object({ results: z.array(z.unknown()) })

/** A batch of contacts, the second half of it answered with `later`. */
export const half = (
  handle: Sandbox['handle'],
  request: Parameters<Sandbox['half']>[0],
): ReturnType<Sandbox['half']> => {
  const asked = batch.safeParse(request.body).data
  if (asked === undefined) return null
  const middle = Math.ceil(asked.contacts.length / 2)
  const reply = handle({ ...request, body: { contacts: asked.contacts.slice(0, middle) } })
  const done = answer.safeParse(reply.json).data
  if (done === undefined) return reply
  const later = asked.contacts.slice(middle).map(({ ref }) => ({ ref, code: 'later' }))
  return { ...reply, json: { results: [...done.results, ...later] } }
}
