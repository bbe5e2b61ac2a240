import { withoutAddresses } from '../../core/contract/address.ts'
import type { Change, Holding, Outcome } from '../../core/contract/change.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import type { Timed } from '../../core/contract/trail.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'
import type { Entry, Refusal } from './entry.ts'

type Fields = Readonly<Record<string, FieldValue>>
const settled = (value: FieldValue): FieldValue => (value === '' ? null : value)
/** What an entry holds in a field: `null` when it is empty, `undefined` where the type has no such field, or none of one value. */
const held = (entry: Entry, name: string): FieldValue | undefined => {
  const { data } = fieldValue.safeParse(entry[name])
  return data === undefined ? undefined : settled(data)
}

export const holdingOf = (entry: Entry, fields: readonly string[]): Holding => ({
  remoteId: entry.documentId,
  fields: Object.fromEntries(fields.map((name) => [name, held(entry, name) ?? null])),
  memberships: [],
})

/** What of a change the entry does not hold yet; `null` when there is nothing. */
export const writeOf = ({ fields }: Change, before: Entry | undefined): Fields | null => {
  const open = Object.entries(fields).filter(([name, value]) => !before || held(before, name) !== settled(value))
  return open.length > 0 ? Object.fromEntries(open.map(([name, value]) => [name, settled(value)])) : null
}

/** A 200 is no proof: what counts is what the answer shows as stored. */
export const keptOutcome = ({ fields }: Change, after: Entry): Outcome => {
  const [lost] = Object.entries(fields).find(([name, value]) => held(after, name) !== settled(value)) ?? []
  if (lost === undefined) return { status: 'applied', remoteId: after.documentId }
  return {
    status: 'rejected',
    field: lost,
    reason: `Strapi does not show "${lost}" as it was sent: see its type, and whether it is private`,
  }
}

export const refusedOutcome = ({ error }: Refusal): Outcome => {
  const [first] = error.details.errors
  const field = first?.path.join('.') ?? error.details.key
  const said = [error.message, ...error.details.errors.map(({ message }) => message)].join(': ')
  // Somebody made the visitor in the moment between: now there is one to be updated.
  if (field === 'email' && /unique/i.test(said))
    return { status: 'retry', reason: 'Strapi got a visitor with this address in the meantime' }
  return { status: 'rejected', field, reason: `Strapi refused: ${withoutAddresses(said)}` }
}

const own = new Set(['id', 'documentId', 'email', 'createdAt', 'updatedAt', 'publishedAt', 'locale'])
/** A visitor as it is now. `noticed` says by what, where it was not by its own time of change. */
export const recordOf = (entry: Entry, noticed?: { readonly id: string; readonly at: string }): ContactRecord => {
  const { documentId, email, updatedAt } = entry
  const names = Object.keys(entry).filter((name) => !own.has(name))
  const known = names.flatMap((name) => {
    const value = held(entry, name)
    return value === undefined ? [] : [[name, value] as const]
  })
  return {
    kind: 'contact',
    id: noticed?.id ?? `entry:${documentId}:${updatedAt}`,
    at: noticed?.at ?? updatedAt,
    identifiers: email ? [{ type: 'email', value: email }] : [],
    remoteId: documentId,
    fields: Object.fromEntries(known),
  }
}
export const rowOf = (entry: Entry): Timed => ({
  at: Date.parse(entry.updatedAt),
  record: recordOf(entry),
})
