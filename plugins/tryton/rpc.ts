import { z } from 'zod'
import type { Grant } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { Wire } from './settings.ts'

/** Errors come with status 200, by the name of the exception or, for one that nobody expected, by its text. */
const failure = z.object({ error: z.tuple([z.string()]).rest(z.unknown()) })
const said = z.tuple([z.string()]).rest(z.unknown())

export type Answer<T> =
  | { readonly done: true; readonly result: T }
  /** Tryton's own words: they may quote what was sent. */
  | { readonly done: false; readonly reason: string }

/** One method of the server. `done: false` is its verdict on what it was given; every other failure throws. */
export const attempt = async <T>(
  { http }: Pick<Wire, 'http'>,
  method: string,
  params: readonly unknown[],
  result: z.ZodType<T>,
): Promise<Answer<T>> => {
  const reply = z.union([z.object({ result }), failure])
  const { body } = await http({ method: 'POST', path: '/', json: { id: 1, method, params }, reply })
  if ('result' in body) return { done: true, result: body.result }
  const [name, detail] = body.error
  if (name === 'UserError') return { done: false, reason: said.safeParse(detail).data?.[0] ?? 'it gives no reason' }
  if (name === 'ConcurrencyException')
    throw new ConnectorError('transient', `calling Tryton, ${method}: somebody else altered the same record`)
  throw new ConnectorError('invalid', `calling Tryton, ${method}: the server failed: see its log`)
}

/** A method that has nothing to say against what it is given. */
export const ask = async <T>(
  ctx: Wire,
  method: string,
  params: readonly unknown[],
  result: z.ZodType<T>,
): Promise<T> => {
  const answer = await attempt(ctx, method, params, result)
  if (answer.done) return answer.result
  throw new ConnectorError('config', `calling Tryton, ${method}: the hub's user may not, or a module is missing`)
}

/** Tryton's conditions: a list whose parts must all hold, or one of which, after `OR`. */
export type Domain = readonly unknown[]
interface Search<T> {
  readonly model: string
  readonly domain: Domain
  readonly fields: readonly string[]
  readonly row: z.ZodType<T>
  readonly order?: readonly (readonly [string, 'ASC' | 'DESC'])[]
  readonly offset?: number
  readonly limit?: number
  /** Those too that were deactivated. */
  readonly inactive?: boolean
}
export const search = <T>(
  ctx: Wire,
  { model, domain, fields, row, order, offset = 0, limit, inactive = false }: Search<T>,
): Promise<readonly T[]> => {
  const context = inactive ? { active_test: false } : {}
  const params = [domain, offset, limit ?? null, order ?? null, fields, context]
  return ask(ctx, `model.${model}.search_read`, params, z.array(row))
}

/** A session, which ends some minutes after its last use; the server then answers 401. */
export const login = async (ctx: Wire): Promise<Grant> => {
  const { user, password } = ctx.settings
  const session = z.tuple([z.number(), z.string().min(1)])
  const [id, key] = await ask(ctx, 'common.db.login', [user, { password }, 'en'], session)
  const token = Buffer.from(`${user}:${id}:${key}`).toString('base64')
  return { headers: { authorization: `Session ${token}` }, expiresAt: null }
}
