import { z } from 'zod'
import { withoutAddresses } from '../../core/contract/address.ts'
import type { Outcome } from '../../core/contract/change.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { ask } from './ask.ts'
import { path, type Wire } from './settings.ts'

/** As many as one call takes. */
const most = 200

const error = z.object({
  statusCode: z.string(),
  message: z.string().catch(''),
  fields: z.array(z.string()).catch([]),
})
const result = z.object({ id: z.string().nullish(), success: z.boolean(), errors: z.array(error).catch([]) })
/** One for each record, in the order in which they were sent. */
const results = z.array(result)
export type Result = z.output<typeof result>

export type Values = Readonly<Record<string, FieldValue>>

const parts = <T>(items: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / most) }, (_, index) => items.slice(index * most, (index + 1) * most))

interface Operation {
  readonly method: 'POST' | 'PATCH'
  readonly rest: string
}
const send = async (
  ctx: Wire,
  { method, rest }: Operation,
  type: string,
  all: readonly Values[],
): Promise<readonly Result[]> => {
  const done: Result[] = []
  for (const part of parts(all)) {
    const records = part.map((values) => ({ attributes: { type }, ...values }))
    const json = { allOrNone: false, records }
    done.push(...(await ask(ctx, { method, path: path(`/composite/sobjects${rest}`), json, reply: results })))
  }
  return done
}

/** Each does what it can of any number of records, and answers in their order. */
export const create = (ctx: Wire, type: string, records: readonly Values[]): Promise<readonly Result[]> =>
  send(ctx, { method: 'POST', rest: '' }, type, records)
/** Each record has its `id`. */
export const update = (ctx: Wire, type: string, records: readonly Values[]): Promise<readonly Result[]> =>
  send(ctx, { method: 'PATCH', rest: '' }, type, records)
/** Each record has the external id `field`: whoever has it is updated, and created otherwise. */
export const upsert = (
  ctx: Wire,
  type: string,
  field: string,
  records: readonly Values[],
): Promise<readonly Result[]> => send(ctx, { method: 'PATCH', rest: `/${type}/${field}` }, type, records)
/** Into the recycle bin. */
export const remove = async (ctx: Wire, ids: readonly string[]): Promise<readonly Result[]> => {
  const done: Result[] = []
  for (const part of parts(ids)) {
    const query = { ids: part.join(','), allOrNone: false }
    done.push(...(await ask(ctx, { method: 'DELETE', path: path('/composite/sobjects'), query, reply: results })))
  }
  return done
}

/**
 * Codes that say nothing about the record itself. Source:
 * https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_concepts_core_data_objects.htm
 */
const passing: readonly string[] = [
  'UNABLE_TO_LOCK_ROW',
  'SERVER_UNAVAILABLE',
  'REQUEST_RUNNING_TOO_LONG',
  'QUERY_TIMEOUT',
  'LIMIT_EXCEEDED',
  'UNKNOWN_EXCEPTION',
]
const gone: readonly string[] = ['ENTITY_IS_DELETED', 'INVALID_CROSS_REFERENCE_KEY', 'NOT_FOUND']

/** What Salesforce says may quote what was sent. */
const said = ({ statusCode, message }: z.output<typeof error>, values: Values): string =>
  Object.values(values)
    .filter((value) => typeof value === 'string' && value.length > 2)
    .reduce((text: string, value) => text.replaceAll(String(value), '[value]'), `${statusCode}: ${message}`)

/** What a result says of the record that was sent as `values`. Silence is no success. */
export const outcomeOf = (found: Result | undefined, values: Values): Outcome => {
  if (found === undefined) return { status: 'retry', reason: 'Salesforce said nothing about the contact' }
  if (found.success) return { status: 'applied', remoteId: found.id ?? undefined }
  const [first] = found.errors
  if (first === undefined) return { status: 'retry', reason: 'Salesforce refused the contact without a reason' }
  const reason = `Salesforce refused the contact: ${withoutAddresses(said(first, values))}`
  if (passing.includes(first.statusCode)) return { status: 'retry', reason }
  if (gone.includes(first.statusCode)) return { status: 'retry', reason: `${reason}, which went away meanwhile` }
  return { status: 'rejected', reason, field: first.fields[0] }
}
