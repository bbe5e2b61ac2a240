import { z } from 'zod'
import type { SandboxReply } from '../../core/contract/sandbox.ts'
import { GraphqlError, operationFrom, project, type Selection } from '../../core/contract/sandbox-graphql.ts'
import { mutations } from './sandbox-mutations.ts'
import { queries } from './sandbox-queries.ts'
import { isTime, type Shop, type ShopField } from './sandbox-shop.ts'

const request = z.object({ query: z.string(), variables: z.record(z.string(), z.unknown()).nullish() })
type Variables = Readonly<Record<string, unknown>>
interface Ask {
  readonly held: Shop
  readonly isKnown: boolean
  readonly now: number
}

const takes: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  float: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  datetime: isTime,
}
const withCustomFields = z.object({ customFields: z.record(z.string(), z.unknown()) })
const wrongFields = (fields: readonly ShopField[], variable: string, value: unknown): readonly string[] =>
  Object.entries(withCustomFields.safeParse(value).data?.customFields ?? {}).flatMap(([name, content]) => {
    const field = fields.find((known) => known.name === name)
    const at = `Variable "$${variable}" got invalid value ${JSON.stringify(content)} at "${variable}.customFields`
    if (!field) return [`${at}"; Field "${name}" is not defined by type "UpdateCustomerCustomFieldsInput".`]
    return content === null || takes[field.type]?.(content) ? [] : [`${at}.${name}"; a ${field.type} was expected.`]
  })

const entry = (code: string, message: string, path?: readonly string[]) => ({
  message,
  ...(path ? { path } : {}),
  extensions: { code },
})
const ok = (json: unknown): SandboxReply => ({ status: 200, json })
const failed = ({ code, message }: GraphqlError): SandboxReply => ({
  status: code.startsWith('GRAPHQL_') ? 400 : 200,
  json: { errors: [entry(code, message)] },
})

type Field = Selection & { kind: 'field' }

const resolved = ({ held, isKnown, now }: Ask, kind: 'query' | 'mutation', selection: Field) => {
  const { name, args, selections } = selection
  const resolve = (kind === 'query' ? queries : mutations)[name]
  if (!resolve) throw new GraphqlError('GRAPHQL_VALIDATION_FAILED', `Cannot query field "${name}" on type "${kind}".`)
  if (!isKnown && name !== '__type')
    throw new GraphqlError('FORBIDDEN', 'You are not currently authorized to perform this action')
  return project(resolve(held, args, now), selections)
}

const fieldsOf = (selections: readonly Selection[]): readonly Field[] =>
  selections.filter((item) => item.kind === 'field')

/** `until`: how many fields are resolved before the server breaks down. */
const execute = (ask: Ask, query: string, variables: Variables, until = Number.POSITIVE_INFINITY): SandboxReply => {
  const { kind, selections } = operationFrom(query, variables)
  // The variables are judged before anything is done, and all that is wrong with them is told.
  const wrong = Object.entries(variables).flatMap(([name, value]) => wrongFields(ask.held.fields, name, value))
  if (wrong.length > 0) return ok({ errors: wrong.map((message) => entry('BAD_USER_INPUT', message)) })
  const data: Record<string, unknown> = {}
  for (const [index, selection] of fieldsOf(selections).entries()) {
    try {
      if (index >= until) throw new GraphqlError('INTERNAL_SERVER_ERROR', 'An internal server error occurred')
      data[selection.alias] = resolved(ask, kind, selection)
    } catch (error) {
      // What came before is done, what comes after is not, and nobody gets an answer: none of the fields may be null.
      if (!(error instanceof GraphqlError) || error.code.startsWith('GRAPHQL_')) throw error
      return ok({ errors: [entry(error.code, error.message, [selection.alias])], data: null })
    }
  }
  return ok({ data })
}

/** Answers a request to the Admin API, with status 200 to almost everything. */
export const answer = (ask: Ask, body: unknown): SandboxReply => {
  const asked = request.safeParse(body)
  if (!asked.success) return failed(new GraphqlError('GRAPHQL_PARSE_FAILED', 'The request holds no query.'))
  try {
    return execute(ask, asked.data.query, asked.data.variables ?? {})
  } catch (error) {
    if (error instanceof GraphqlError) return failed(error)
    if (error instanceof z.ZodError) return failed(new GraphqlError('BAD_USER_INPUT', error.message))
    throw error
  }
}

/** Does the first half of several mutations in one document; what comes after is not done, and nobody gets an answer. */
export const half = (ask: Ask, body: unknown): SandboxReply | null => {
  const asked = request.safeParse(body).data
  if (asked === undefined) return null
  const variables = asked.variables ?? {}
  const { kind, selections } = operationFrom(asked.query, variables)
  const count = fieldsOf(selections).length
  return kind === 'mutation' && count > 1 ? execute(ask, asked.query, variables, Math.ceil(count / 2)) : null
}
