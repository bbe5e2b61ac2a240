import type { Change, Holding, Outcome } from '../../core/contract/change.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { type Attributes, attributesIn, identifierFrom, type User } from './user.ts'

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
const held = (attributes: Attributes | null, name: string): FieldValue => {
  const value = attributes?.[name]
  return isScalar(value) ? value : null
}

/** Attributes are one JSON text, replaced as a whole: what the application keeps in it stays, `null` takes a key out. */
export const merged = (before: Attributes, { fields }: Change): string => {
  const own = Object.entries(fields)
  const others = Object.entries(before).filter(([name]) => !own.some(([field]) => field === name))
  return JSON.stringify(Object.fromEntries([...others, ...own.filter(([, value]) => value !== null)]))
}

/** What counts is what the answer shows. */
export const keptOutcome = ({ fields }: Change, after: User): Outcome => {
  const shown = attributesIn(after)
  const [lost] = Object.entries(fields).find(([name, value]) => held(shown, name) !== value) ?? []
  if (lost === undefined) return { status: 'applied', remoteId: after.sid }
  return { status: 'rejected', field: lost, reason: `Twilio did not keep the attribute ${lost} as it was sent` }
}

export const holdingOf = (found: User, fields: readonly string[]): Holding => {
  const shown = attributesIn(found)
  return {
    remoteId: found.sid,
    fields: Object.fromEntries(fields.map((name) => [name, held(shown, name)])),
    memberships: [],
  }
}

export const recordOf = (found: User): ContactRecord => {
  const shown = attributesIn(found)
  return {
    kind: 'contact',
    id: `user:${found.sid}:${found.date_updated}`,
    at: new Date(found.date_updated).toISOString(),
    identifiers: [identifierFrom(found.identity)],
    remoteId: found.sid,
    fields: Object.fromEntries(Object.keys(shown ?? {}).map((name) => [name, held(shown, name)])),
  }
}
