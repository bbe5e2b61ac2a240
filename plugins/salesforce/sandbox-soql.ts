import type { Org, Row } from './sandbox-org.ts'
import { rowsOf } from './sandbox-org.ts'

/** What Salesforce says of a query that it does not take. */
export class BadQuery extends Error {
  readonly errorCode: string
  constructor(errorCode: string, message: string) {
    super(message)
    this.errorCode = errorCode
  }
}
const malformed = (near: string | undefined) =>
  new BadQuery('MALFORMED_QUERY', `unexpected token: ${near ?? 'the end'}`)

const token = /\s*('(?:\\.|[^'\\])*'|[\w.:+-]+|>=|[=(),])/y
const tokensIn = (soql: string): string[] => {
  const found: string[] = []
  const text = soql.trim()
  token.lastIndex = 0
  while (token.lastIndex < text.length) {
    const at = token.lastIndex
    const match = token.exec(text)
    if (!match?.[1]) throw malformed(text.slice(at, at + 20))
    found.push(match[1])
  }
  return found
}
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' }
const unquoted = (text: string): string | boolean =>
  text.startsWith("'")
    ? text.slice(1, -1).replace(/\\(.)/g, (_, sign: string) => escapes[sign] ?? sign)
    : text === 'true' || (text === 'false' ? false : text)

interface Condition {
  readonly column: string
  readonly operator: string
  readonly values: readonly (string | boolean)[]
}
interface Parsed {
  readonly object: string
  readonly columns: readonly string[]
  readonly conditions: readonly Condition[]
  readonly order: readonly string[]
  readonly descending: boolean
  readonly limit: number
}

/** As much of SOQL as the connector speaks. */
const parsed = (soql: string): Parsed => {
  const left = tokensIn(soql)
  const take = (wanted?: string): string => {
    const next = left.shift()
    if (next === undefined || (wanted !== undefined && next.toUpperCase() !== wanted)) throw malformed(next)
    return next
  }
  const takes = (wanted: string): boolean => left[0]?.toUpperCase() === wanted && take() !== ''
  const list = (): string[] => {
    const items = [take()]
    while (takes(',')) items.push(take())
    return items
  }
  const condition = (): Condition => {
    const [column, operator] = [take(), take().toUpperCase()]
    if (operator !== 'IN') return { column, operator, values: [unquoted(take())] }
    take('(')
    const values = list().map(unquoted)
    take(')')
    return { column, operator, values }
  }
  take('SELECT')
  const columns = list()
  take('FROM')
  const object = take()
  const conditions = takes('WHERE') ? [condition()] : []
  while (conditions.length > 0 && takes('AND')) conditions.push(condition())
  const order = takes('ORDER') && take('BY') ? list() : []
  const descending = takes('DESC')
  const limit = takes('LIMIT') ? Number(take()) : Number.POSITIVE_INFINITY
  if (left.length > 0) throw malformed(left[0])
  return { object, columns, conditions, order, descending, limit }
}

const comparable = (value: unknown): string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)
    ? new Date(value).toISOString()
    : String(value ?? '').toLowerCase()
const holds = (found: Row, { column, operator, values }: Condition): boolean => {
  const own = comparable(found[column])
  if (operator === '>=') return values.every((value) => own >= comparable(value))
  return values.some((value) => own === comparable(value ?? false) || (value === false && own === ''))
}

/** What a query finds. Fields that are hidden from the user are not there. */
export const found = (held: Org, soql: string): readonly Row[] => {
  const { object, columns, conditions, order, descending, limit } = parsed(soql)
  const known = held.fields[object]
  if (!known) throw new BadQuery('INVALID_TYPE', `sObject type '${object}' is not supported.`)
  const asked = [...columns, ...order, ...conditions.map(({ column }) => column)]
  const missing = asked.find((name) => !known.some((field) => field.name === name && !field.hidden))
  if (missing)
    throw new BadQuery('INVALID_FIELD', `ERROR at Row:1:Column:8\nNo such column '${missing}' on entity '${object}'.`)
  const key = (item: Row) => order.map((column) => comparable(item[column])).join('\0')
  const sorted = rowsOf(held, object)
    .filter((item) => conditions.every((one) => holds(item, one)))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
  const kept = (descending ? sorted.reverse() : sorted).slice(0, limit)
  return kept.map((item) => ({
    attributes: { type: object },
    ...Object.fromEntries(columns.map((name) => [name, item[name] ?? null])),
    Id: item.Id,
  }))
}
