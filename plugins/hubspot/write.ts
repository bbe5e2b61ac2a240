import { z } from 'zod'
import type { Outcome } from '../../core/contract/change.ts'
import type { Wire } from './settings.ts'

/** One contact of a batch. What HubSpot says about it bears the trace id that it came with. */
export interface Input {
  readonly id: string
  readonly idProperty?: 'email'
  readonly properties: Readonly<Record<string, string>>
  readonly objectWriteTraceId: string
}
const detail = z.object({ message: z.string().nullish(), context: z.record(z.string(), z.unknown()).nullish() })
const failure = detail.extend({ category: z.string().nullish(), errors: z.array(detail).nullish() })
type Failure = z.output<typeof failure>
/**
 * Of a batch that went through: what went well, and what did not. Of one that was refused as a whole: the failure
 * itself.
 */
const answer = failure.extend({
  results: z.array(z.object({ id: z.string(), objectWriteTraceId: z.string().nullish() })).nullish(),
  errors: z.array(failure).nullish(),
})
type Answer = z.output<typeof answer>

/** Categories that say nothing about the contact itself. */
const passing = ['RATE_LIMITS', 'INTERNAL_ERROR', 'SERVICE_UNAVAILABLE', 'TIMEOUT']
const texts = (value: unknown): readonly string[] => z.array(z.string()).safeParse(value).data ?? []

/** The property at fault: in the context of newer answers, else within the validation result that older ones quote. */
const fieldIn = ({ message, context, errors }: Failure): string | undefined => {
  const contexts = [context, ...(errors ?? []).map((error) => error.context)]
  const [named] = contexts.flatMap((item) => texts(item?.propertyName))
  return named ?? /"name":"(\w+)"/.exec(message ?? '')?.[1]
}
const outcomeOf = (found: Failure): Outcome => {
  const reason = `HubSpot refused: ${found.errors?.[0]?.message ?? found.message ?? 'without a reason'}`
  if (passing.includes(found.category ?? '')) return { status: 'retry', reason }
  return { status: 'rejected', reason, field: fieldIn(found) }
}

/** Silence is no success: HubSpot sometimes answers 2xx and says nothing about a contact, neither good nor bad. */
const silence: Outcome = { status: 'retry', reason: 'HubSpot said nothing about the contact' }
const outcomesOf = (inputs: readonly Input[], { results, errors }: Answer): readonly [string, Outcome][] => {
  const applied = new Map((results ?? []).map(({ id, objectWriteTraceId }) => [objectWriteTraceId, id]))
  const failed = new Map(
    (errors ?? []).flatMap((found) => texts(found.context?.objectWriteTraceId).map((trace) => [trace, found])),
  )
  return inputs.map(({ objectWriteTraceId: trace }): [string, Outcome] => {
    const [remoteId, found] = [applied.get(trace), failed.get(trace)]
    if (found) return [trace, outcomeOf(found)]
    return [trace, remoteId === undefined ? silence : { status: 'applied', remoteId }]
  })
}

/**
 * Writes a batch, and answers by trace id. One contact that HubSpot holds to be invalid can make it refuse all of
 * them, so that a refused batch is halved until the culprits stand alone: at most 2n - 1 requests, and few for few
 * culprits.
 */
export const write = async (
  ctx: Wire,
  operation: 'update' | 'upsert',
  inputs: readonly Input[],
): Promise<readonly [string, Outcome][]> => {
  if (inputs.length === 0) return []
  const path = `/crm/v3/objects/contacts/batch/${operation}`
  const { status, body } = await ctx.http({ method: 'POST', path, json: { inputs }, accept: [400, 409], reply: answer })
  if (status < 400) return outcomesOf(inputs, body)
  const [only, ...others] = inputs
  if (only && others.length === 0) return [[only.objectWriteTraceId, outcomeOf(body)]]
  const half = Math.ceil(inputs.length / 2)
  const halves = [inputs.slice(0, half), inputs.slice(half)]
  const outcomes: [string, Outcome][] = []
  for (const part of halves) outcomes.push(...(await write(ctx, operation, part)))
  return outcomes
}
