import { z } from 'zod'
import type { SandboxReply } from '../../core/contract/sandbox.ts'
import { freshId, type Org, type OrgField, type Row, refusedAddress, rowsOf, timeAt } from './sandbox-org.ts'

export const problem = (status: number, errorCode: string, message: string): SandboxReply => ({
  status,
  json: [{ message, errorCode }],
})
interface Failure {
  readonly statusCode: string
  readonly message: string
  readonly fields: readonly string[]
}
export const failed = (statusCode: string, message: string, fields: readonly string[] = []) => ({
  success: false,
  errors: [{ statusCode, message, fields } satisfies Failure],
})
const done = (id: string) => ({ id, success: true, errors: [] })

const record = z.looseObject({ attributes: z.object({ type: z.string() }), id: z.string().optional() })
export const collection = z.object({ allOrNone: z.literal(false), records: z.array(record).min(1).max(200) })
type Sent = z.output<typeof record>
const valuesOf = ({ attributes: _, id: __, ...values }: Sent): Readonly<Record<string, unknown>> => values

const people = ['Contact', 'Lead']
const fits: Readonly<Record<string, (value: unknown) => boolean>> = {
  double: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  datetime: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
}
/** What makes Salesforce refuse the whole request: a field that is not there, or JSON of another type than the field's. */
export const requestProblem = (held: Org, sent: Sent): SandboxReply | null => {
  const { type } = sent.attributes
  if (!people.includes(type)) return null
  for (const [name, value] of Object.entries(valuesOf(sent))) {
    const field = held.fields[type]?.find((known) => known.name === name && !known.hidden)
    if (!field) return problem(400, 'INVALID_FIELD', `No such column '${name}' on sobject of type ${type}`)
    if (value !== null && !(fits[field.type]?.(value) ?? true))
      return problem(
        400,
        'JSON_PARSER_ERROR',
        `Cannot deserialize instance of ${field.type} from ${typeof value} value`,
      )
  }
  return null
}

const isMail = (text: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)
const fieldProblem = ({ name, type, length, updateable, nillable }: OrgField, value: unknown) => {
  if (!updateable) return failed('INVALID_FIELD_FOR_INSERT_UPDATE', 'Unable to create/update fields', [name])
  if (value === null && !nillable)
    return failed('REQUIRED_FIELD_MISSING', `Required fields are missing: [${name}]`, [name])
  if (typeof value !== 'string') return null
  if (type === 'email' && !isMail(value))
    return failed('INVALID_EMAIL_ADDRESS', `${name}: invalid email address: ${value}`, [name])
  const tooLong = ['string', 'phone'].includes(type) && value.length > length
  return tooLong
    ? failed('STRING_TOO_LONG', `${name}: data value too large: ${value} (max length=${length})`, [name])
    : null
}
const recordProblem = (held: Org, type: string, after: Readonly<Record<string, unknown>>, sent: object) => {
  if (after.Email === refusedAddress) return failed('FIELD_CUSTOM_VALIDATION_EXCEPTION', 'Not on our list, please.')
  const known = held.fields[type] ?? []
  const required = known.filter(
    ({ name, nillable, updateable, type: kind }) =>
      !nillable && updateable && kind === 'string' && (after[name] ?? null) === null,
  )
  const [first] = required
  if (first) return failed('REQUIRED_FIELD_MISSING', `Required fields are missing: [${first.name}]`, [first.name])
  for (const [name, value] of Object.entries(sent)) {
    const field = known.find((own) => own.name === name)
    const found = field && fieldProblem(field, value)
    if (found) return found
  }
  return null
}
/** Texts lose the blanks at their ends, and an empty one is none. */
const stored = (value: unknown): unknown => {
  if (typeof value !== 'string') return value
  const text = value.trim()
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)) return new Date(text).toISOString().replace('Z', '+0000')
  return text === '' ? null : text
}

const put = (held: Org, type: string, before: Row | undefined, sent: Sent, now: number) => {
  const values = Object.fromEntries(Object.entries(valuesOf(sent)).map(([name, value]) => [name, stored(value)]))
  const trouble = people.includes(type) ? recordProblem(held, type, { ...before, ...values }, values) : null
  if (trouble) return trouble
  const name = String(values.Email ?? values.Name ?? JSON.stringify(values))
  const Id = before?.Id ?? freshId(held, type, name)
  const after = { Id, CreatedDate: timeAt(now), ...before, ...values, SystemModstamp: timeAt(now) }
  held.rows[type] = [...rowsOf(held, type).filter((other) => other.Id !== Id), after]
  return done(Id)
}
const isOnce = (held: Org, type: string, sent: Sent) => {
  const { CampaignId, ContactId = null, LeadId = null } = valuesOf(sent)
  const isSame = (row: Row) =>
    row.CampaignId === CampaignId && (row.ContactId ?? null) === ContactId && (row.LeadId ?? null) === LeadId
  return type !== 'CampaignMember' || !rowsOf(held, type).some(isSame)
}

/** Each answers for one record. */
export const createOne = (held: Org, sent: Sent, now: number) => {
  const { type } = sent.attributes
  if (!isOnce(held, type, sent)) return failed('DUPLICATE_VALUE', 'Already a campaign member.')
  const made = put(held, type, undefined, sent, now)
  // A field is seen by whom a permission set lets see it.
  const { Field = '', SobjectType = '' } = valuesOf(sent)
  if (type === 'FieldPermissions')
    held.fields[String(SobjectType)] = (held.fields[String(SobjectType)] ?? []).map((field) =>
      Field === `${SobjectType}.${field.name}` ? { ...field, hidden: false } : field,
    )
  return made
}
export const updateOne = (held: Org, sent: Sent, now: number) => {
  const { type } = sent.attributes
  const before = rowsOf(held, type).find(({ Id }) => Id === sent.id)
  if (!before) return failed('ENTITY_IS_DELETED', 'entity is deleted')
  if (before.IsConverted === true) return failed('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead')
  return put(held, type, before, sent, now)
}
export const upsertOne = (held: Org, field: string, sent: Sent, now: number) => {
  const { type } = sent.attributes
  const before = rowsOf(held, type).find((row) => row[field] === sent[field])
  return put(held, type, before, sent, now)
}
/** Into the bin, and the memberships with it. */
export const removeOne = (held: Org, id: string) => {
  for (const [type, rows] of Object.entries(held.rows)) {
    const found = rows.find(({ Id }) => Id === id)
    if (!found) continue
    held.rows[type] = rows.filter(({ Id }) => Id !== id)
    if (people.includes(type)) held.bin.push(found)
    const isOf = ({ ContactId, LeadId }: Row) => ContactId === id || LeadId === id
    held.rows.CampaignMember = rowsOf(held, 'CampaignMember').filter((member) => !isOf(member))
    return done(id)
  }
  return failed('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id')
}
