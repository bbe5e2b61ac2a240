import { z } from 'zod'
import { withoutAddresses } from '../../core/contract/address.ts'
import type { RawAnswer, VendorError } from '../../core/contract/connector.ts'
import { ConnectorError, type ErrorKind } from '../../core/contract/errors.ts'
import type { Wire } from './settings.ts'

/** A version stays for twelve months at least: https://shopify.dev/docs/api/usage/versioning */
export const path = '/admin/api/2026-07/graphql.json'

const problem = z.object({
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])).nullish(),
  extensions: z.object({ code: z.string().nullish() }).nullish(),
})
const answer = z.object({ data: z.unknown().optional(), errors: z.array(problem).nullish() })
/** One entry of `errors[]`, which comes with status 200. */
type Problem = z.output<typeof problem>

export interface Document {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  /**
   * What Shopify takes beforehand of the shop's points: 1 for an object, for a list 2 and its items, 10 for a mutation.
   * https://shopify.dev/docs/api/usage/rate-limits
   */
  readonly cost: number
}

/** Codes that judge the whole call, whatever else it answered. */
const kinds: Readonly<Record<string, readonly [ErrorKind, string]>> = {
  THROTTLED: ['throttled', 'the points of the shop are used up'],
  ACCESS_DENIED: ['auth', 'the access token lacks a scope'],
  SHOP_INACTIVE: ['config', 'the shop is not active'],
  MAX_COST_EXCEEDED: ['bug', 'the query costs more than Shopify ever allows'],
}
const spent = z.object({
  requestedQueryCost: z.number(),
  throttleStatus: z.object({ currentlyAvailable: z.number(), restoreRate: z.number().positive() }),
})
const failing = z.object({
  errors: z.array(problem),
  extensions: z
    .object({ cost: spent.nullish().catch(null) })
    .nullish()
    .catch(null),
})
const msUntilAffordable = ({ requestedQueryCost, throttleStatus }: z.output<typeof spent>): number => {
  const { currentlyAvailable, restoreRate } = throttleStatus
  return Math.max(0, Math.ceil(((requestedQueryCost - currentlyAvailable) / restoreRate) * 1000))
}

/** A frozen shop answers 402, a locked one 423: https://shopify.dev/docs/api/usage/response-codes */
export const errorOf = ({ status, body }: RawAnswer): VendorError | null => {
  if (status === 402 || status === 423) return { kind: 'config', meaning: 'the shop is frozen or locked' }
  const { data } = failing.safeParse(body)
  if (status !== 200 || !data) return null
  const known = data.errors.map(({ extensions }) => kinds[extensions?.code ?? ''])
  const found = known.find((judgement) => judgement !== undefined)
  if (!found) return null
  const [kind, meaning] = found
  const cost = data.extensions?.cost
  return { kind, meaning, afterMs: kind === 'throttled' && cost ? msUntilAffordable(cost) : undefined }
}

/**
 * Of any other error: with a code, the request is not understood (`undefinedField`, `INVALID_VARIABLE`); without one, or
 * with that of an inner error, the server failed.
 */
const kindOf = ({ extensions }: Problem): ErrorKind =>
  ['INTERNAL_SERVER_ERROR', 'TIMEOUT', ''].includes(extensions?.code ?? '') ? 'transient' : 'invalid'
const failure = (what: string, found: Problem) =>
  new ConnectorError(kindOf(found), `${what}: Shopify answered: ${withoutAddresses(found.message)}`)

const send = async ({ http }: Wire, { query, variables = {}, cost }: Document) =>
  (await http({ method: 'POST', path, json: { query, variables }, cost, reply: answer })).body

/** Asks something. Any error is an error of the whole call. */
export const ask = async <T>(ctx: Wire, what: string, document: Document, data: z.ZodType<T>): Promise<T> => {
  const body = await send(ctx, document)
  const [found] = body.errors ?? []
  if (found) throw failure(what, found)
  const parsed = data.safeParse(body.data)
  if (parsed.success) return parsed.data
  throw new ConnectorError('transient', `${what}: Shopify answered in another shape: ${parsed.error.message}`)
}

const fields = z.record(z.string(), z.unknown()).nullish()
export interface Told {
  /** By alias; empty where one failed. */
  readonly data: Readonly<Record<string, unknown>>
  readonly problems: readonly Problem[]
}
/** Has mutations done, each under its own alias, and leaves it to the caller to judge them one by one. */
export const tell = async (ctx: Wire, what: string, document: Document): Promise<Told> => {
  const body = await send(ctx, document)
  const problems = body.errors ?? []
  const whole = problems.find(({ path: at }) => (at ?? []).length === 0)
  if (whole) throw failure(what, whole)
  const { data } = fields.safeParse(body.data)
  if (data) return { data, problems }
  if (problems.length > 0) return { data: {}, problems }
  throw new ConnectorError('unknown', `${what}: Shopify answered without saying what it did`)
}
