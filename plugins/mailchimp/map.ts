import type { Outcome } from '../../core/contract/change.ts'
import type { FieldType, ToolField } from '../../core/contract/connector.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import type { Member } from './member.ts'

type Fields = Readonly<Record<string, FieldValue>>
export type Types = ReadonlyMap<string, FieldType>

/** By merge tag. */
export const typesOf = (fields: readonly ToolField[]): Types => new Map(fields.map(({ name, type }) => [name, type]))

const toMerge = (value: FieldValue): string | number => (typeof value === 'number' ? value : String(value ?? ''))
/** Fields as a member's `merge_fields`; an empty text empties. */
export const mergeFieldsOf = (fields: Fields): Readonly<Record<string, string | number>> =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, toMerge(value)]))

const readers: Readonly<Record<FieldType, (text: string) => FieldValue>> = {
  text: (text) => text,
  url: (text) => text,
  datetime: (text) => text,
  number: Number,
  boolean: (text) => text === 'true',
}
const isScalar = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number'
/** What a member holds in a field: `null` when it is empty. */
export const held = ({ merge_fields }: Pick<Member, 'merge_fields'>, name: string, types: Types): FieldValue => {
  const value = merge_fields[name]
  return !isScalar(value) || value === '' ? null : readers[types.get(name) ?? 'text'](String(value))
}

/** A 200 is no proof: merge tags that the audience does not have are dropped, so what counts is what the answer shows. */
export const keptOutcome = (fields: Fields, after: Member): Outcome => {
  const sent = Object.entries(mergeFieldsOf(fields))
  const [lost] = sent.find(([name, value]) => String(after.merge_fields[name] ?? '') !== String(value)) ?? []
  if (lost === undefined) return { status: 'applied', remoteId: after.id }
  const reason = Object.hasOwn(after.merge_fields, lost)
    ? `Mailchimp did not keep ${lost} as it was sent: see the type of this field`
    : `the audience has no field with the merge tag ${lost} and dropped it: run setup`
  return { status: 'rejected', field: lost, reason }
}

/** pending and transactional say neither: there nobody has agreed, and nobody has refused. */
const consents: Readonly<Record<string, boolean>> = { subscribed: true, unsubscribed: false, cleaned: false }

export const recordOf = (member: Member, types: Types): ContactRecord => ({
  kind: 'contact',
  id: `member:${member.id}:${member.last_changed}`,
  at: new Date(member.last_changed).toISOString(),
  identifiers: [{ type: 'email', value: member.email_address }],
  remoteId: member.id,
  fields: Object.fromEntries([...types.keys()].map((name) => [name, held(member, name, types)])),
  consent: consents[member.status],
})
