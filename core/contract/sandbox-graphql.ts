/** A field or an inline fragment, its arguments with the variables already put in. */
export type Selection =
  | {
      readonly kind: 'field'
      readonly name: string
      readonly alias: string
      readonly args: Readonly<Record<string, unknown>>
      readonly selections: readonly Selection[]
    }
  | { readonly kind: 'fragment'; readonly on: string; readonly selections: readonly Selection[] }
export interface Operation {
  readonly kind: 'query' | 'mutation'
  readonly selections: readonly Selection[]
}
/** An error as it goes into `errors[]`. */
export class GraphqlError extends Error {
  override readonly name = 'GraphqlError'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

const token = /[\s,]*(?:(\.\.\.|[{}()[\]:$!=]|[A-Za-z_]\w*|-?\d+(?:\.\d+)?|"(?:[^"\\]|\\.)*")|$)/y
const tokensOf = (text: string): readonly string[] => {
  const found: string[] = []
  for (token.lastIndex = 0; token.lastIndex < text.length; ) {
    const match = token.exec(text)
    if (!match) throw new GraphqlError('GRAPHQL_PARSE_FAILED', 'Syntax Error: Unexpected character.')
    if (match[1] !== undefined) found.push(match[1])
  }
  return found
}

const constants: Readonly<Record<string, unknown>> = { true: true, false: false, null: null }

/**
 * Reads a document of one operation, as much of GraphQL as a sandbox needs: no named fragments, directives or
 * comments.
 */
export const operationFrom = (text: string, variables: Readonly<Record<string, unknown>>): Operation => {
  const tokens = tokensOf(text)
  let next = 0
  const peek = () => tokens[next]
  const take = (expected?: string): string => {
    const found = tokens[next]
    if (found === undefined || (expected !== undefined && found !== expected))
      throw new GraphqlError(
        'GRAPHQL_PARSE_FAILED',
        `Syntax Error: Expected ${expected ?? 'a token'}, found ${found ?? '<EOF>'}.`,
      )
    next += 1
    return found
  }
  const until = <T>(end: string, item: () => T): readonly T[] => {
    const items: T[] = []
    while (peek() !== end) items.push(item())
    take(end)
    return items
  }

  const pair = (): readonly [string, unknown] => {
    const name = take()
    take(':')
    return [name, value()]
  }
  const value = (): unknown => {
    const found = take()
    if (found === '$') return variables[take()] ?? null
    if (found === '[') return until(']', value)
    if (found === '{') return Object.fromEntries(until('}', pair))
    if (found.startsWith('"')) return JSON.parse(found)
    if (/^[-\d]/.test(found)) return Number(found)
    return found in constants ? constants[found] : found
  }
  const block = (): readonly Selection[] => {
    if (peek() !== '{') return []
    take('{')
    return until('}', selection)
  }
  const args = () => {
    if (peek() !== '(') return {}
    take('(')
    return Object.fromEntries(until(')', pair))
  }
  const selection = (): Selection => {
    const first = take()
    if (first === '...') {
      take('on')
      return { kind: 'fragment', on: take(), selections: block() }
    }
    const renamed = peek() === ':'
    if (renamed) take(':')
    const name = renamed ? take() : first
    return { kind: 'field', name, alias: first, args: args(), selections: block() }
  }

  const kind = peek() === '{' ? 'query' : take()
  if (kind !== 'query' && kind !== 'mutation')
    throw new GraphqlError('GRAPHQL_PARSE_FAILED', `Syntax Error: Unexpected Name "${kind}".`)
  while (peek() !== '{') take()
  return { kind, selections: block() }
}

type Fields = Readonly<Record<string, unknown>>
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null
/** `__typename` names an object's type, `__is` the interfaces that it has. */
const isA = (value: Fields, type: string) =>
  value.__typename === type || (Array.isArray(value.__is) && value.__is.includes(type))

/** What of a value a document asks for. */
export const project = (value: unknown, selections: readonly Selection[]): unknown => {
  if (Array.isArray(value)) return value.map((item) => project(item, selections))
  if (!isObject(value)) return value
  const entries = selections.flatMap((selection): [string, unknown][] => {
    if (selection.kind === 'fragment') {
      const part = isA(value, selection.on) ? project(value, selection.selections) : {}
      return isObject(part) ? Object.entries(part) : []
    }
    const { name, alias } = selection
    if (name in value) return [[alias, project(value[name], selection.selections)]]
    const type = String(value.__typename ?? 'this type')
    throw new GraphqlError('GRAPHQL_VALIDATION_FAILED', `Cannot query field "${name}" on type "${type}".`)
  })
  return Object.fromEntries(entries)
}
