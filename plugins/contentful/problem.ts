import { z } from 'zod'
import { withoutAddresses } from '../../core/contract/address.ts'
import type { Outcome } from '../../core/contract/change.ts'

const detail = z.object({
  name: z.string().catch(''),
  path: z.array(z.coerce.string()).catch([]),
  details: z.string().catch(''),
})
/** An error in Contentful's own form. Source: https://www.contentful.com/developers/docs/references/errors/ */
export const problem = z.object({
  sys: z.object({ type: z.literal('Error'), id: z.string() }),
  message: z.string().catch(''),
  details: z.object({ errors: z.array(detail).catch([]) }).catch({ errors: [] }),
})
export type Problem = z.output<typeof problem>

/** Statuses that judge one entry and not the whole call. */
export const ofOneEntry = [400, 404, 409, 422]

const fieldIn = ({ message, details }: Problem): string | undefined => {
  const [, field] = details.errors.find(({ path }) => path[0] === 'fields')?.path ?? []
  return field ?? /field with id "([^"]+)"/i.exec(message)?.[1]
}
/** What a refused write comes to. A version that is not the last one is a conflict with somebody else's: the next try reads it. */
export const problemOutcome = (found: Problem): Outcome => {
  const { sys, message, details } = found
  if (sys.id === 'NotFound') return { status: 'skipped', reason: 'Contentful has no such entry' }
  if (sys.id === 'VersionMismatch' || sys.id === 'Conflict')
    return { status: 'retry', reason: 'somebody else has changed the entry in the meantime' }
  const said = [sys.id, message, ...details.errors.map((one) => `${one.name} ${one.details}`.trim())].join(': ')
  return {
    status: 'rejected',
    field: fieldIn(found),
    reason: `Contentful refused: ${withoutAddresses(said)}`,
  }
}
