import { z } from 'zod'
import type { Call } from '../../core/contract/connector.ts'
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

/** 403 says two things: that this user may not, and that nobody may for now. */
const forbidden = ([first]: readonly Problem[]): ConnectorError => {
  const { errorCode = '', message = '' } = first ?? {}
  if (errorCode !== 'REQUEST_LIMIT_EXCEEDED')
    return new ConnectorError('auth', `calling Salesforce: the integration user may not: ${errorCode}: ${message}`, {
      status: 403,
    })
  const afterMs = /^Concurrent/i.test(message) ? momentMs : dayMs
  const hint = `${message} Raise the org's limit, or leave more of it to the hub`
  return new ConnectorError('throttled', `calling Salesforce: ${errorCode}: ${hint}`, { afterMs, status: 403 })
}

/** `api-usage=18/5000`: of the last 24 hours, by everybody. */
const warn = (ctx: Wire, header: string | undefined) => {
  const [, used, allowed] = /api-usage=(\d+)\/(\d+)/.exec(header ?? '') ?? []
  if (used === undefined || Number(used) < scarce * Number(allowed)) return
  ctx.log("the org's API requests of 24 hours are nearly used up", { used: Number(used), allowed: Number(allowed) })
}

/** Something before Salesforce may forbid as well, in words of its own. */
const sent = async <T>(ctx: Wire, call: Call<T>) => {
  try {
    return await ctx.http(call)
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.status !== 403) throw error
    throw new ConnectorError('auth', error.message, { cause: error, status: 403 })
  }
}

/** A call whose failing statuses of its own are an answer: 403 too, where it says so, unless nobody may for now. */
export const attempt = async <T>(ctx: Wire, call: Call<T>): Promise<Answer<T>> => {
  const reply: z.ZodType<Answer<T>> = z.union([
    problemList.transform((problems) => ({ done: false as const, problems })),
    call.reply.transform((body) => ({ done: true as const, body })),
  ])
  const { status, headers, body } = await sent(ctx, { ...call, accept: [403, ...(call.accept ?? [])], reply })
  warn(ctx, headers['sforce-limit-info'])
  if (status !== 403 || body.done) return body
  const problem = forbidden(body.problems)
  if (problem.kind === 'throttled' || !call.accept?.includes(403)) throw problem
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
