import { z } from 'zod'
import type { SandboxReply } from '../../core/contract/sandbox.ts'
import {
  collection,
  createOne,
  problem,
  removeOne,
  requestProblem,
  updateOne,
  upsertOne,
} from './sandbox-collections.ts'
import { campaignNamed, idOf, type Org, type OrgField } from './sandbox-org.ts'
import { BadQuery, found } from './sandbox-soql.ts'
import { path } from './settings.ts'

interface Ask {
  readonly held: Org
  /** What stands in the place of each `*` in the path. */
  readonly parts: readonly string[]
  readonly query: URLSearchParams
  readonly body: unknown
  readonly now: number
}
type Route = (ask: Ask) => SandboxReply

/** Salesforce gives pages of any size it likes. */
const pageSize = 100
const ok = (json: unknown, status = 200): SandboxReply => ({ status, json })

/** The place in a result is kept within its own name, so that reading leaves nothing behind. */
const page = (held: Org, soql: string, from: number): SandboxReply => {
  try {
    const all = found(held, soql)
    const end = from + pageSize
    const isDone = end >= all.length
    const next = `${Buffer.from(soql).toString('base64url')}-${end}`
    const more = isDone ? {} : { nextRecordsUrl: path(`/query/${next}`) }
    return ok({ totalSize: all.length, done: isDone, records: all.slice(from, end), ...more })
  } catch (error) {
    if (error instanceof BadQuery) return problem(400, error.errorCode, error.message)
    throw error
  }
}
const queryMore: Route = ({ held, parts: [place = ''] }) => {
  const at = place.lastIndexOf('-')
  return page(held, Buffer.from(place.slice(0, at), 'base64url').toString('utf8'), Number(place.slice(at + 1)))
}

const shown = ({ hidden: _, ...field }: OrgField) => ({ ...field, picklistValues: [] })
const describe: Route = ({ held, parts: [object = ''] }) => {
  const fields = held.fields[object]
  if (!fields) return problem(404, 'NOT_FOUND', 'The requested resource does not exist')
  return ok({ name: object, fields: fields.filter(({ hidden }) => !hidden).map(shown) })
}

type Sent = z.output<typeof collection>['records'][number]
const each =
  (one: (ask: Ask, sent: Sent) => unknown): Route =>
  (ask) => {
    const asked = collection.safeParse(ask.body)
    if (!asked.success) return problem(400, 'JSON_PARSER_ERROR', asked.error.message)
    const refusal = asked.data.records.map((sent) => requestProblem(ask.held, sent)).find((trouble) => trouble !== null)
    return refusal ?? ok(asked.data.records.map((sent) => one(ask, sent)))
  }
const remove: Route = ({ held, query }) => {
  const ids = (query.get('ids') ?? '').split(',')
  if (ids.length > 200 || query.get('allOrNone') !== 'false') return problem(400, 'INVALID_INPUT', 'too many')
  return ok(ids.map((id) => removeOne(held, id)))
}

const definition = z.object({
  FullName: z.string().regex(/^(Contact|Lead)\.[A-Za-z]\w*__c$/),
  Metadata: z.object({ label: z.string(), type: z.string(), length: z.number().default(0) }),
})
const types: Readonly<Record<string, string>> = {
  Text: 'string',
  Url: 'url',
  Number: 'double',
  Checkbox: 'boolean',
  DateTime: 'datetime',
}
/** What is new is hidden from everybody. */
const createField: Route = ({ held, body }) => {
  const asked = definition.safeParse(body)
  if (!asked.success) return problem(400, 'INVALID_FULL_NAME', 'The name must end in __c')
  const { FullName, Metadata } = asked.data
  const [object = '', name = ''] = FullName.split('.')
  const { label, length } = Metadata
  const type = types[Metadata.type] ?? 'string'
  const field = {
    name,
    label,
    type,
    length,
    custom: true,
    updateable: true,
    nillable: type !== 'boolean',
    hidden: true,
  }
  held.fields[object] = [...(held.fields[object] ?? []), field]
  return ok({ id: idOf('00N', FullName), success: true, errors: [] }, 201)
}
const createNamed =
  (type: string): Route =>
  ({ held, body, now }) => {
    const asked = z.looseObject({ Name: z.string().min(1) }).safeParse(body)
    if (!asked.success) return problem(400, 'REQUIRED_FIELD_MISSING', 'Required fields are missing: [Name]')
    if (type === 'Campaign')
      return ok({ id: campaignNamed(held, asked.data.Name, now).Id, success: true, errors: [] }, 201)
    return ok(createOne(held, { attributes: { type }, ...asked.data }, now), 201)
  }

/** Salesforce's endpoints as far as the connector uses them; `*` stands for one segment. */
export const routes: Readonly<Record<string, Route>> = {
  'GET /services/oauth2/userinfo': () => ok({ user_id: idOf('005', 'integration') }),
  [`GET ${path('/query')}`]: ({ held, query }) => page(held, query.get('q') ?? '', 0),
  [`GET ${path('/query/*')}`]: queryMore,
  [`GET ${path('/sobjects/*/describe')}`]: describe,
  [`POST ${path('/composite/sobjects')}`]: each(({ held, now }, sent) => createOne(held, sent, now)),
  [`PATCH ${path('/composite/sobjects')}`]: each(({ held, now }, sent) => updateOne(held, sent, now)),
  [`PATCH ${path('/composite/sobjects/*/*')}`]: each(({ held, now, parts: [, field = ''] }, sent) =>
    upsertOne(held, field, sent, now),
  ),
  [`DELETE ${path('/composite/sobjects')}`]: remove,
  [`POST ${path('/tooling/sobjects/CustomField')}`]: createField,
  [`POST ${path('/sobjects/Campaign')}`]: createNamed('Campaign'),
  [`POST ${path('/sobjects/PermissionSet')}`]: createNamed('PermissionSet'),
}
