import { z } from 'zod'
import { ConnectorError } from '../../core/contract/errors.ts'
import { ask, attempt, type Problem } from './ask.ts'
import { path, type Wire } from './settings.ts'

/** https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm */
const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
}
/** A text as SOQL quotes it: whatever it holds, it stays one literal. */
export const quoted = (text: string): string => `'${text.replace(/[\\'"\n\r\t\b\f]/g, (sign) => escapes[sign] ?? '')}'`
export const among = (values: readonly string[]): string => `(${values.map(quoted).join(',')})`

/** Names cannot be quoted, so that anything but a plain one is no name. */
export const isName = (text: string): boolean => /^[A-Za-z]\w*$/.test(text)
export const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()
/** With 15 or 18 characters. SOQL refuses a whole query for one that is none. */
export const isId = (text: string): boolean => /^[A-Za-z0-9]{15}([A-Za-z0-9]{3})?$/.test(text)

/** An address of 16,384 bytes is refused; the rest of the query takes its share. */
const longest = 8_000
const lengthOf = (value: string) => encodeURIComponent(`${quoted(value)},`).length
/** As few lists as fit into a query each. */
export const listsOf = (values: readonly string[]): readonly (readonly string[])[] => {
  const lists: string[][] = []
  let room = 0
  for (const value of new Set(values)) {
    room -= lengthOf(value)
    if (room < 0) {
      lists.push([])
      room = longest - lengthOf(value)
    }
    lists.at(-1)?.push(value)
  }
  return lists
}

const pageOf = <T>(record: z.ZodType<T>) => z.object({ records: z.array(record), nextRecordsUrl: z.string().nullish() })

/** The name of the field that a query failed for, because there is none or because it is hidden from the user. */
const missingIn = (problems: readonly Problem[]): string | null => {
  const found = problems.find(({ errorCode }) => errorCode === 'INVALID_FIELD')
  return /No such column '(\w+)'/.exec(found?.message ?? '')?.[1] ?? null
}
/** A field that Salesforce does not have. */
export class NoSuchField extends ConnectorError {
  readonly field: string
  constructor(field: string) {
    super('config', `asking Salesforce for ${field}: it has no such field, or hides it from the integration user`)
    this.field = field
  }
}

export interface ResultPage<T> {
  readonly records: readonly T[]
  /** Where the next one is. */
  readonly next: string | null
}
/** The first page of a query. Throws `NoSuchField`. What Salesforce says of a bad query may quote addresses, so it is not told. */
export const firstPage = async <T>(ctx: Wire, soql: string, record: z.ZodType<T>): Promise<ResultPage<T>> => {
  const call = {
    method: 'GET',
    path: path('/query'),
    query: { q: soql },
    accept: [400],
    reply: pageOf(record),
  } as const
  const answer = await attempt(ctx, call)
  if (answer.done) return { records: answer.body.records, next: answer.body.nextRecordsUrl ?? null }
  const field = missingIn(answer.problems)
  if (field) throw new NoSuchField(field)
  throw new ConnectorError('invalid', `querying Salesforce: it refused: ${answer.problems[0]?.errorCode}`)
}
export const nextPage = async <T>(ctx: Wire, next: string, record: z.ZodType<T>): Promise<ResultPage<T>> => {
  const body = await ask(ctx, { method: 'GET', path: next, reply: pageOf(record) })
  return { records: body.records, next: body.nextRecordsUrl ?? null }
}
/** All that a query finds. */
export const query = async <T>(ctx: Wire, soql: string, record: z.ZodType<T>): Promise<readonly T[]> => {
  let page = await firstPage(ctx, soql, record)
  const records = [...page.records]
  while (page.next !== null) {
    page = await nextPage(ctx, page.next, record)
    records.push(...page.records)
  }
  return records
}
