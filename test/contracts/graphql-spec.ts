import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  buildClientSchema,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getVariableValues,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql'
import { z } from 'zod'
import { shared } from '../core/profile/shared.ts'

const request = z.strictObject({ query: z.string(), variables: z.record(z.string(), z.unknown()).optional() })
const object = z.record(z.string(), z.unknown())

/** The vendor's schema, as its own introspection tells it. */
export const vendorSchema = (vendor: string, file: string): GraphQLSchema => {
  const packed = readFileSync(join(shared ?? '', 'contracts', 'specs', vendor, file))
  const told = JSON.parse(gunzipSync(packed).toString('utf8'))
  return buildClientSchema(told.data ?? told)
}
const operationIn = (query: string): OperationDefinitionNode => {
  const [operation] = parse(query).definitions
  if (operation?.kind === Kind.OPERATION_DEFINITION) return operation
  throw new Error(`reading a document: it holds no operation: ${query}`)
}

/** What the vendor's server would not understand about the body of a request; empty: nothing. */
export const requestProblems = (schema: GraphQLSchema, body: unknown): readonly string[] => {
  const { query, variables = {} } = request.parse(body)
  const declared = operationIn(query).variableDefinitions ?? []
  const names = declared.map(({ variable }) => variable.name.value)
  const strange = Object.keys(variables).filter((name) => !names.includes(name))
  return [
    ...validate(schema, parse(query)).map(({ message }) => message),
    ...(getVariableValues(schema, declared, variables).errors ?? []).map(({ message }) => message),
    ...strange.map((name) => `variable ${name} is unused`),
  ]
}

const leafProblems = (type: GraphQLOutputType, value: unknown, at: string): readonly string[] => {
  const named = getNamedType(type)
  if (isEnumType(named)) return named.getValue(String(value)) ? [] : [`${at}: ${value} is no ${named.name}`]
  const shapes: Readonly<Record<string, string>> = {
    Int: 'number',
    Float: 'number',
    Boolean: 'boolean',
    JSON: typeof value,
  }
  return typeof value === (shapes[named.name] ?? 'string') ? [] : [`${at}: ${value} is no ${named.name}`]
}
/** Of an interface or a union only what fragments on its own types ask for can be judged. */
const objectProblems = (
  schema: GraphQLSchema,
  type: GraphQLOutputType,
  { selections }: SelectionSetNode,
  value: Readonly<Record<string, unknown>>,
  at: string,
): readonly string[] =>
  selections.flatMap((selection): readonly string[] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return []
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const on = schema.getType(selection.typeCondition?.name.value ?? '')
      const isMeant = Object.keys(value).length > 0 && (value.__typename ?? on?.name) === on?.name
      return isObjectType(on) && isMeant ? objectProblems(schema, on, selection.selectionSet, value, at) : []
    }
    const [name, alias] = [selection.name.value, selection.alias?.value ?? selection.name.value]
    const field = isObjectType(type) ? type.getFields()[name] : undefined
    return field ? problemsOf(schema, field.type, selection.selectionSet, value[alias], `${at}.${alias}`) : []
  })
const problemsOf = (
  schema: GraphQLSchema,
  type: GraphQLOutputType,
  selected: SelectionSetNode | undefined,
  value: unknown,
  at: string,
): readonly string[] => {
  if (isNonNullType(type))
    return value === null || value === undefined
      ? [`${at}: is missing`]
      : problemsOf(schema, type.ofType, selected, value, at)
  if (value === null) return []
  if (value === undefined) return [`${at}: is missing`]
  if (isListType(type)) {
    const items = z.array(z.unknown()).safeParse(value).data
    return (
      items?.flatMap((item, index) => problemsOf(schema, type.ofType, selected, item, `${at}.${index}`)) ?? [
        `${at}: is no list`,
      ]
    )
  }
  if (isLeafType(type)) return leafProblems(type, value, at)
  const { data } = object.safeParse(value)
  return data && selected ? objectProblems(schema, type, selected, data, at) : [`${at}: is no object`]
}

/** What the vendor's server would never answer to a request; empty: nothing. */
export const answerProblems = (schema: GraphQLSchema, body: unknown, data: unknown): readonly string[] => {
  const { operation, selectionSet } = operationIn(request.parse(body).query)
  const root = operation === 'query' ? schema.getQueryType() : schema.getMutationType()
  return root ? problemsOf(schema, root, selectionSet, data, operation) : [`the schema has no ${operation}`]
}
