import { z } from 'zod'
import type { Call, RawAnswer, VendorError } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { Wire } from './settings.ts'

const problem = z.object({ errorCode: z.string(), message: z.string().catch('') })
export type Problem = z.output<typeof problem>
/** How Salesforce says that it did not do something. Results of single records have no `errorCode`. */
const problemList = z.array(problem).min(1)

export type Answer<T> =
  | { readonly done: true; readonly body: T }
  | { readonly done: false; readonly problems: readonly Problem[] }

/** The quota of a day comes back hour by hour, since it counts the last 24; a bound on simultaneous requests soon. */
const dayMs = 15 * 60_000
const momentMs = 60_000
const scarce = 0.9

/** 403 says two things: that this user may not, which the status says, and that nobody may for now. */
export const errorOf = ({ status, body }: RawAnswer): VendorError | null => {
  const found = problemList.safeParse(body).data?.find(({ errorCode }) => errorCode === 'REQUEST_LIMIT_EXCEEDED')
  if (status !== 403 || found === undefined) return null
  const isShort = found.message.startsWith('Concurrent')
  const meaning = isShort ? "too many of the org's requests at once" : "the org's API requests of 24 hours are used up"
  return { kind: 'throttled', meaning, afterMs: isShort ? momentMs : dayMs }
}

/** `api-usage=18/5000`: of the last 24 hours, by everybody. */
const warn = (ctx: Wire, header: string | undefined) => {
  const [, used, allowed] = /api-usage=(\d+)\/(\d+)/.exec(header ?? '') ?? []
  if (used === undefined || Number(used) < scarce * Number(allowed)) return
  ctx.log("the org's API requests of 24 hours are nearly used up", { used: Number(used), allowed: Number(allowed) })
}

/** A call whose failing statuses of its own are an answer. */
export const attempt = async <T>(ctx: Wire, call: Call<T>): Promise<Answer<T>> => {
  const reply: z.ZodType<Answer<T>> = z.union([
    problemList.transform((problems) => ({ done: false as const, problems })),
    call.reply.transform((body) => ({ done: true as const, body })),
  ])
  const { headers, body } = await ctx.http({ ...call, reply })
  warn(ctx, headers['sforce-limit-info'])
  return body
}

/** What Salesforce says of something that it refuses to make. */
export const reasonIn = (problems: readonly Problem[]): string =>
  problems.map(({ errorCode, message }) => `${errorCode}: ${message}`).join('; ')

/** A call that nothing but success answers. */
export const ask = async <T>(ctx: Wire, call: Call<T>): Promise<T> => {
  const answer = await attempt(ctx, call)
  if (answer.done) return answer.body
  const codes = answer.problems.map(({ errorCode }) => errorCode).join(', ')
  throw new ConnectorError('unknown', `calling Salesforce, ${call.method} ${call.path}: answered with ${codes}`)
}
