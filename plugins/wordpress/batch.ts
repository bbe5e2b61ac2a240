import { z } from 'zod'
import type { Outcome, Receipt } from '../../core/contract/change.ts'
import type { Context } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { type Failure, failure, refusalOutcome } from './failure.ts'

/** What core takes in one bulk call. */
export const batchSize = 25

/** A request that alters one user. */
export interface Write {
  readonly method: 'POST' | 'DELETE'
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
}
/** What a contact comes to: an outcome already, or a write whose answer tells. */
export type Step<T> = Outcome | { readonly write: Write; readonly judge: (done: T) => Outcome }
type Answer<T> = { readonly done: T } | { readonly failed: Failure }

const answerOf = <T>(done: z.ZodType<T>): z.ZodType<Answer<T>> =>
  z.union([
    z.object({ status: z.number().lt(400), body: done }).transform(({ body }) => ({ done: body })),
    z.object({ status: z.number(), body: failure }).transform(({ status, body }) => ({ failed: { ...body, status } })),
  ])

/** Statuses that judge one user and not the whole call. */
const ofOneUser = [400, 403, 404, 409, 410, 500, 501]

const sendOne = async <T>({ http }: Context<unknown>, write: Write, done: z.ZodType<T>): Promise<Answer<T>> => {
  const { method, path, body } = write
  const reply = await http({ method, path, json: body, reply: z.unknown(), accept: ofOneUser })
  const answer = answerOf(done).safeParse(reply)
  if (answer.success) return answer.data
  // A page of HTML, from PHP or from whatever stands before it.
  throw new ConnectorError(
    'unknown',
    `writing to WordPress, ${method} ${path}: answered ${reply.status}, but not in WordPress's own form`,
    { status: reply.status },
  )
}

/**
 * One call of core's `/batch/v1`, each write judged on its own, answers in order. The route index of 6.6 marks the users'
 * routes with `allow_batch`; older versions refuse them there, so they get them one by one.
 */
const sendAll = async <T>(ctx: Context<unknown>, writes: readonly Write[], done: z.ZodType<T>) => {
  if (writes.length === 0) return []
  const { body } = await ctx.http({
    method: 'POST',
    path: '/batch/v1',
    json: { validation: 'normal', requests: writes },
    reply: z.object({ responses: z.array(answerOf(done)) }),
  })
  const again = (answer: Answer<T>, write: Write | undefined) =>
    write && 'failed' in answer && answer.failed.code === 'rest_batch_not_allowed' ? sendOne(ctx, write, done) : answer
  return Promise.all(body.responses.map((answer, index) => again(answer, writes[index])))
}

/** Sends what is to be sent and gives each contact its receipt; one whose answer is missing gets none. */
export const settle = async <T>(
  ctx: Context<unknown>,
  steps: ReadonlyMap<string, Step<T>>,
  done: z.ZodType<T>,
): Promise<readonly Receipt[]> => {
  const closed = [...steps].flatMap(([contact, step]) => ('write' in step ? [] : [{ contact, ...step }]))
  const open = [...steps].flatMap(([contact, step]) => ('write' in step ? [{ contact, ...step }] : []))
  const answers = await sendAll(
    ctx,
    open.map(({ write }) => write),
    done,
  )
  const judged = open.flatMap(({ contact, judge }, index) => {
    const answer = answers[index]
    if (!answer) return []
    return [{ contact, ...('done' in answer ? judge(answer.done) : refusalOutcome(answer.failed)) }]
  })
  return [...closed, ...judged]
}
