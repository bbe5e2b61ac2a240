import { createHash } from 'node:crypto'
import type { Outcome } from '../../core/contract/change.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'
import type { User } from './user.ts'

type Fields = Readonly<Record<string, FieldValue>>

/** The fields that every user has; all others are user meta. Name -> label. */
export const standardFields = { first_name: 'First name', last_name: 'Last name' } as const
const isStandard = (name: string): name is keyof typeof standardFields => Object.hasOwn(standardFields, name)

const entities: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&amp;': '&' }
/** WordPress keeps these signs of a name as entities, and shows them so. */
const plain = (text: string) => text.replace(/&(?:lt|gt|amp);/g, (entity) => entities[entity] ?? entity)
const settled = (value: FieldValue): FieldValue => (value === '' ? null : value)

/** What a user holds in a field: `null` when it is empty, `undefined` where the site shows no such field. */
export const held = (user: User, name: string): FieldValue | undefined => {
  if (isStandard(name)) return plain(user[name]) || null
  const shown = Object.hasOwn(user.meta, name) ? user.meta[name] : undefined
  const { data } = fieldValue.safeParse(Array.isArray(shown) ? (shown[0] ?? null) : shown)
  return data === undefined ? undefined : settled(data)
}
/** A single number or boolean shows 0 or false when it is not set. */
const isUnset = (user: User, name: string) => {
  const value = held(user, name) ?? null
  return value === null || ((value === 0 || value === false) && !Array.isArray(user.meta[name]))
}
const differs =
  (user: User) =>
  ([name, value]: readonly [string, FieldValue]) =>
    settled(value) === null ? !isUnset(user, name) : held(user, name) !== value

/** A field to be filled that the site does not show: WordPress would drop it with a 200. */
export const unregistered = (user: User, fields: Fields): string | undefined =>
  Object.keys(fields).find((name) => held(user, name) === undefined && differs(user)([name, fields[name] ?? null]))

const inShape = (shown: unknown, value: FieldValue) => {
  if (!Array.isArray(shown)) return value
  return value === null ? [] : [value]
}

/** What of the fields the user does not hold yet, as the REST API takes it; `null` when there is nothing. */
export const writeOf = (user: User, fields: Fields): Readonly<Record<string, unknown>> | null => {
  const open = Object.entries(fields).filter(differs(user))
  if (open.length === 0) return null
  const names = open.filter(([name]) => isStandard(name)).map(([name, value]) => [name, value ?? ''])
  const meta = open
    .filter(([name]) => !isStandard(name))
    .map(([name, value]) => [name, inShape(user.meta[name], settled(value))])
  return { ...Object.fromEntries(names), ...(meta.length > 0 ? { meta: Object.fromEntries(meta) } : {}) }
}

export const unregisteredOutcome = (field: string): Outcome => ({
  status: 'rejected',
  field,
  reason: `the site shows no user field "${field}" over REST and would drop it: run setup, which registers it or says how`,
})

/** A 200 is no proof: what counts is what the answer shows as stored. */
export const keptOutcome = (fields: Fields, after: User): Outcome => {
  const [lost] = Object.entries(fields).find(differs(after)) ?? []
  if (lost === undefined) return { status: 'applied', remoteId: String(after.id) }
  if (held(after, lost) === undefined) return unregisteredOutcome(lost)
  return {
    status: 'rejected',
    field: lost,
    reason: `WordPress did not keep "${lost}" as it was sent: see what alters it`,
  }
}

/**
 * The revision is a digest of the content, since WordPress keeps no date of change: an unchanged user is the same record
 * in every scan.
 */
export const recordOf = (user: User, at: string): ContactRecord => {
  const names = [...Object.keys(standardFields), ...Object.keys(user.meta)].sort()
  const known = names.map((name) => [name, held(user, name)] as const)
  const fields = Object.fromEntries(known.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
  const revision = createHash('sha256')
    .update(JSON.stringify([user.email, fields]))
    .digest('hex')
  return {
    kind: 'contact',
    id: `user:${user.id}:${revision}`,
    at,
    identifiers: [{ type: 'email', value: user.email }],
    remoteId: String(user.id),
    fields,
  }
}
