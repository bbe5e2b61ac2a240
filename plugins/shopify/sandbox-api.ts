import { z } from 'zod'
import type { SandboxReply } from '../../core/contract/sandbox.ts'
import { GraphqlError, operationFrom, project, type Selection } from '../../core/contract/sandbox-graphql.ts'
import { mutations } from './sandbox-mutations.ts'
import { queries } from './sandbox-queries.ts'
import type { Shop } from './sandbox-shop.ts'

const request = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).nullish() })
type Field = Selection & { kind: 'field' }
interface Ask {
  readonly held: Shop
  readonly now: number
}

/** As every answer of Shopify's bears it. */
const cost = {
  requestedQueryCost: 10,
  actualQueryCost: 10,
  throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 1990, restoreRate: 100 },
}
const ok = (json: object): SandboxReply => ({ status: 200, json: { ...json, extensions: { cost } } })
const entry = (code: string, message: string, path?: readonly string[]) => ({
  message,
  ...(path ? { path } : {}),
  extensions: { code },
})
const broken = (alias: string) => entry('INTERNAL_SERVER_ERROR', 'Internal error. Try again later.', [alias])
const isField = (item: Selection): item is Field => item.kind === 'field'

const resolved = ({ held, now }: Ask, kind: 'query' | 'mutation', { name, args, selections }: Field) => {
  const resolve = (kind === 'query' ? queries : mutations)[name]
  if (!resolve) throw new GraphqlError('undefinedField', `Field '${name}' doesn't exist on type '${kind}'`)
  return project(resolve(held, args, now), selections)
}

/** `until`: how many fields are resolved before the server breaks down; those after it are null. */
const execute = (ask: Ask, text: string, variables: Readonly<Record<string, unknown>>, until: number): SandboxReply => {
  const { kind, selections } = operationFrom(text, variables)
  const fields = selections.filter(isField)
  const [good, bad] = [fields.slice(0, until), fields.slice(until)]
  const data = good.map((field) => [field.alias, resolved(ask, kind, field)] as const)
  const failed = bad.map(({ alias }) => [alias, null] as const)
  const errors = bad.map(({ alias }) => broken(alias))
  return ok({ data: Object.fromEntries([...data, ...failed]), ...(errors.length > 0 ? { errors } : {}) })
}

const guarded = (work: () => SandboxReply): SandboxReply => {
  try {
    return work()
  } catch (error) {
    if (error instanceof GraphqlError) return ok({ errors: [entry(error.code, error.message)] })
    if (error instanceof z.ZodError) return ok({ errors: [entry('INVALID_VARIABLE', error.message)] })
    throw error
  }
}

/** Answers a request to the Admin API, with status 200 to almost everything. */
export const answer = (ask: Ask, body: unknown): SandboxReply => {
  const { data } = request.safeParse(body)
  if (!data) return { status: 400, json: { errors: { query: 'Required parameter missing or invalid' } } }
  return guarded(() => execute(ask, data.query, data.variables ?? {}, Number.POSITIVE_INFINITY))
}

/**
 * Does the first half of several mutations in one document. A single one is done as a whole or not at all, so that of
 * several metafields none is set.
 */
export const half = (ask: Ask, body: unknown): SandboxReply | null => {
  const { data } = request.safeParse(body)
  if (!data) return null
  const variables = data.variables ?? {}
  const { kind, selections } = operationFrom(data.query, variables)
  return kind === 'mutation'
    ? guarded(() => execute(ask, data.query, variables, Math.floor(selections.length / 2)))
    : null
}
