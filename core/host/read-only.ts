import { OperationTypeNode, parse } from 'graphql'
import { z } from 'zod'
import type { Call, ReadOperation } from '../contract/connector.ts'
import { isAmbiguous, pathMatches } from './path.ts'

/** Strict: a stored operation that a body names by id or hash could be any. */
const graphqlBody = z.strictObject({
  query: z.string(),
  operationName: z.string().nullish(),
  variables: z.unknown().optional(),
})
const bodyObject = z.record(z.string(), z.unknown())
/** Some servers take the method from here (WordPress REST handbook, "_method or X-HTTP-Method-Override"). */
const override = /^(_method|x-http-method|x-http-method-override|x-method-override)$/i
/** GraphQL over HTTP servers may prefer what the address says to what the body says. */
const graphqlParameter = /^(query|operationname|extensions|id|documentid)$/i

type Asked = Pick<Call<unknown>, 'path' | 'query' | 'json' | 'form' | 'headers'> & { readonly method: string }
const names = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null ? Object.keys(value) : []

const operationsOf = (document: string) => {
  try {
    return parse(document).definitions.filter((definition) => definition.kind === 'OperationDefinition')
  } catch {
    return []
  }
}

/** Every operation in the document must be a query: which one runs is the server's reading, not ours. */
const isQuery = (call: Asked): boolean => {
  const body = graphqlBody.safeParse(call.json)
  if (!body.success || names(call.query).some((name) => graphqlParameter.test(name))) return false
  const operations = operationsOf(body.data.query)
  const { operationName } = body.data
  const isNamed = operationName
    ? operations.some((operation) => operation.name?.value === operationName)
    : operations.length === 1
  return isNamed && operations.every((operation) => operation.operation === OperationTypeNode.QUERY)
}

/** A list of requests, or a name in other letters, is for each server to understand as it likes: it is no read. */
const saysSo = (when: Readonly<Record<string, readonly string[]>>, { json }: Asked): boolean => {
  const body = bodyObject.safeParse(json).data
  if (body === undefined) return false
  return Object.entries(when).every(([field, texts]) => {
    const alike = Object.keys(body).filter((name) => name.toLowerCase() === field.toLowerCase())
    return alike.length === 1 && texts.some((text) => text === body[field])
  })
}

/** Whether a request is one of those that a connector's manifest lists as only reading. */
export const isRead = (reads: readonly ReadOperation[], call: Asked): boolean => {
  if (isAmbiguous(call.path)) return false
  if ([call.headers, call.query, call.form, call.json].flatMap(names).some((name) => override.test(name))) return false
  return reads.some(
    (read) =>
      read.method === call.method &&
      pathMatches(read.path, call.path) &&
      (read.graphql !== true || isQuery(call)) &&
      (read.when === undefined || saysSo(read.when, call)),
  )
}
