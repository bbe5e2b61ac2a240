import { z } from 'zod'
import { withoutAddresses } from '../../core/contract/address.ts'
import type { Outcome } from '../../core/contract/change.ts'
import type { Told } from './api.ts'

/** One entry of `userErrors`: with status 200 and no `errors[]`, this is how Shopify refuses. */
export const userError = z.object({
  field: z.array(z.string()).nullish(),
  message: z.string(),
  code: z.string().nullish(),
  elementIndex: z.number().nullish(),
})
export type UserError = z.output<typeof userError>
const refusals = z.object({ userErrors: z.array(userError) })

/** Codes that say nothing about the contact itself. */
const passing = ['INTERNAL_ERROR', 'STALE_OBJECT']
export const isPassing = ({ code }: UserError): boolean => passing.includes(code ?? '')

export const outcomeOf = (found: UserError, field?: string): Outcome => {
  const reason = `Shopify refused: ${withoutAddresses(found.message)}`
  return isPassing(found) ? { status: 'retry', reason } : { status: 'rejected', reason, field }
}
/** Silence is no success. */
export const silence: Outcome = { status: 'retry', reason: 'Shopify did not say what it did' }

/** What an answer says about one alias: what it was refused for, or what it answered with. */
export const verdictOf = <T>(
  alias: string,
  { data, problems }: Told,
  done: z.ZodType<T>,
): Outcome | { readonly done: T } => {
  const problem = problems.find(({ path }) => path?.[0] === alias)
  if (problem) return { status: 'retry', reason: `Shopify answered: ${withoutAddresses(problem.message)}` }
  const [refused] = refusals.safeParse(data[alias]).data?.userErrors ?? []
  if (refused) return outcomeOf(refused, refused.field?.at(-1))
  const parsed = done.safeParse(data[alias])
  return parsed.success ? { done: parsed.data } : silence
}
