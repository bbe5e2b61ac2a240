import { z } from 'zod'
import type { Context } from '../../core/contract/connector.ts'
import { ConnectorError, type ErrorKind } from '../../core/contract/errors.ts'

const problem = z.object({
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])).nullish(),
  extensions: z.object({ code: z.string().nullish() }).nullish(),
})
const answer = z.object({ data: z.unknown().optional(), errors: z.array(problem).nullish() })

/** One entry of `errors[]` in an answer of the Admin API, which Vendure sends with status 200. */
export type Problem = z.output<typeof problem>
export interface Document {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
}
type Wire = Pick<Context<unknown>, 'http'>

/**
 * Vendure's `extensions.code` (its source: common/error/errors.ts) and those of its GraphQL server. Others are
 * failures of the server.
 */
const kinds: Readonly<Record<string, ErrorKind>> = {
  FORBIDDEN: 'auth',
  UNAUTHORIZED: 'auth',
  CHANNEL_NOT_FOUND: 'config',
  BAD_USER_INPUT: 'invalid',
  USER_INPUT_ERROR: 'invalid',
  ENTITY_NOT_FOUND: 'invalid',
  ILLEGAL_OPERATION: 'invalid',
  GRAPHQL_VALIDATION_FAILED: 'invalid',
  GRAPHQL_PARSE_FAILED: 'invalid',
}
export const kindOf = ({ extensions }: Problem): ErrorKind => kinds[extensions?.code ?? ''] ?? 'transient'

const failure = (what: string, found: Problem) =>
  new ConnectorError(kindOf(found), `${what}: Vendure answered: ${found.message}`)

/** Asks something. Any error is an error of the whole call. */
export const ask = async <T>({ http }: Wire, what: string, json: Document, data: z.ZodType<T>): Promise<T> => {
  const { body } = await http({ method: 'POST', path: '/admin-api', json, reply: answer })
  const [found] = body.errors ?? []
  if (found) throw failure(what, found)
  const parsed = data.safeParse(body.data)
  if (parsed.success) return parsed.data
  throw new ConnectorError('transient', `${what}: Vendure answered in another shape: ${parsed.error.message}`)
}

const fields = z.record(z.string(), z.unknown()).nullish()
export interface Told {
  /** By alias. Empty when one field failed that may not be null: Vendure then drops its neighbours' answers too. */
  readonly data: Readonly<Record<string, unknown>>
  readonly problems: readonly Problem[]
}
/** Has mutations done, each under its own alias, and leaves it to the caller to judge them one by one. */
export const tell = async ({ http }: Wire, what: string, json: Document): Promise<Told> => {
  const { body } = await http({ method: 'POST', path: '/admin-api', json, reply: answer })
  const problems = body.errors ?? []
  const barred = problems.find((found) => ['auth', 'config'].includes(kindOf(found)))
  if (barred) throw failure(what, barred)
  return { data: fields.safeParse(body.data).data ?? {}, problems }
}
