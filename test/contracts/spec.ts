import { Ajv2020 } from 'ajv/dist/2020.js'
import { parse } from 'yaml'
import type { SandboxRequest } from '../../core/contract/sandbox.ts'
import { sharedText } from '../core/profile/shared.ts'
import { type ApiDocument, apiDocument, type Operation, type Parameter } from './document.ts'
import { rootId } from './strict-schema.ts'

/** What a vendor would not understand about a request as a sandbox got it, each with its place; empty: nothing. */
export type Spec = (request: SandboxRequest) => readonly string[]
type Judge = (schema: object, value: unknown, where: string) => readonly string[]

const options = {
  strict: false,
  allErrors: true,
  validateSchema: false,
  validateFormats: false,
  unicodeRegExp: false,
} as const
const judgeBy = (ajv: Ajv2020, root: object): Judge => {
  ajv.addSchema(root, rootId)
  return (schema, value, where) => {
    const validate = ajv.compile(schema)
    if (validate(value)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${where}${instancePath}: ${message} ${JSON.stringify(params)}`,
    )
  }
}

const textsFor = ({ place, name }: Parameter, url: URL, { headers }: SandboxRequest, { values }: Operation) => {
  if (place === 'query') return url.searchParams.getAll(name)
  const text = place === 'header' ? headers[name.toLowerCase()] : values[name]
  return text === undefined ? [] : [text]
}
const valueFrom = ({ isList, isJoined }: Parameter, texts: readonly string[]): unknown => {
  if (!isList) return texts.length > 1 ? texts : texts[0]
  return isJoined ? texts.flatMap((text) => text.split(',')) : texts
}
/** Query, path and headers. */
const parameterProblems = (operation: Operation, request: SandboxRequest, judge: Judge): readonly string[] => {
  const url = new URL(request.path, 'http://spec.invalid')
  const given = operation.parameters.filter(({ place }) => ['query', 'path', 'header'].includes(place))
  const names = new Set(given.flatMap(({ place, name }) => (place === 'query' ? [name] : [])))
  const strange = [...new Set(url.searchParams.keys())].filter((name) => !names.has(name))
  const problems = given.flatMap((parameter) => {
    const { place, name, required, schema } = parameter
    const texts = textsFor(parameter, url, request, operation)
    if (texts.length === 0) return required ? [`${place} ${name}: is required`] : []
    return judge(schema, valueFrom(parameter, texts), `${place} ${name}`)
  })
  return [...strange.map((name) => `query ${name}: is not described`), ...problems]
}

const formIn = (text: string) => {
  const form = new URLSearchParams(text)
  const entries = [...new Set(form.keys())].map((name) => [name, form.getAll(name)] as const)
  return Object.fromEntries(entries.map(([name, all]) => [name, all.length > 1 ? all : all[0]]))
}
const bodyProblems = (operation: Operation, { headers, body }: SandboxRequest, json: Judge, text: Judge) => {
  const { bodies, isBodyRequired } = operation
  if (body === undefined) return isBodyRequired ? ['body: is required'] : []
  const type = headers['content-type']?.split(';')[0] ?? ''
  const schema = bodies[type] ?? bodies['*/*']
  if (!schema)
    return [`body: ${type || 'without a type'} is not described, but ${Object.keys(bodies).join(', ') || 'none'}`]
  const isForm = type === 'application/x-www-form-urlencoded'
  return isForm ? text(schema, formIn(String(body)), 'body') : json(schema, body, 'body')
}

const isCredited = ({ credentials }: Operation, { headers }: SandboxRequest) =>
  credentials.length === 0 || credentials.some((names) => names.every((name) => headers[name] !== undefined))

const problemsBy = ({ root, find }: ApiDocument): ((request: SandboxRequest) => readonly string[] | null) => {
  const json = judgeBy(new Ajv2020(options), root)
  // What stands in addresses and forms is text, whatever type is described.
  const text = judgeBy(new Ajv2020({ ...options, coerceTypes: 'array' }), root)
  return (request) => {
    const { pathname } = new URL(request.path, 'http://spec.invalid')
    const operation = find(request.method.toLowerCase(), pathname)
    if (!operation) return null
    const credential = isCredited(operation, request) ? [] : ['no credential where one is wanted']
    return [
      ...credential,
      ...parameterProblems(operation, request, text),
      ...bodyProblems(operation, request, json, text),
    ]
  }
}

/** Holds requests to the vendor's description in OpenAPI 3 or Swagger 2, one or several documents, strictly: nothing that is not described. */
export const specOf = (...documents: readonly unknown[]): Spec => {
  const checks = documents.map((document) => problemsBy(apiDocument(document)))
  return (request) => {
    const answers = checks.flatMap((check) => {
      const problems = check(request)
      return problems ? [problems] : []
    })
    const at = `${request.method} ${request.path}`
    const [fewest] = [...answers].sort((a, b) => a.length - b.length)
    return (fewest ?? ['is not described']).map((problem) => `${at}: ${problem}`)
  }
}

/** The vendor's documents among the shared contracts, JSON or YAML. */
export const vendorSpec = (vendor: string, ...files: readonly string[]): Spec =>
  specOf(
    ...files.map((file) => {
      const text = sharedText('contracts', 'specs', vendor, file)
      return file.endsWith('.json') ? JSON.parse(text) : parse(text)
    }),
  )
