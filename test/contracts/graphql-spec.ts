import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { buildClientSchema, getVariableValues, Kind, parse, validate } from 'graphql'
import { z } from 'zod'
import { shared } from '../core/profile/shared.ts'

/** What a vendor's server would not understand about the body of a GraphQL request; empty: nothing. */
export type GraphqlSpec = (body: unknown) => readonly string[]

const request = z.strictObject({ query: z.string(), variables: z.record(z.string(), z.unknown()).optional() })

/** Holds documents, and the variables that they come with, to the vendor's schema as its own introspection tells it. */
export const graphqlSpec = (vendor: string, file: string): GraphqlSpec => {
  const packed = readFileSync(join(shared ?? '', 'contracts', 'specs', vendor, file))
  const told = JSON.parse(gunzipSync(packed).toString('utf8'))
  const schema = buildClientSchema(told.data ?? told)
  return (body) => {
    const { query, variables = {} } = request.parse(body)
    const document = parse(query)
    const problems = validate(schema, document).map(({ message }) => message)
    const [operation] = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION)
    if (operation?.kind !== Kind.OPERATION_DEFINITION) return [...problems, 'no operation']
    const declared = operation.variableDefinitions ?? []
    const names = declared.map(({ variable }) => variable.name.value)
    const strange = Object.keys(variables).filter((name) => !names.includes(name))
    const { errors = [] } = getVariableValues(schema, declared, variables)
    return [
      ...problems,
      ...errors.map(({ message }) => message),
      ...strange.map((name) => `variable ${name} is unused`),
    ]
  }
}
