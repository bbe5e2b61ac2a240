import type { Holding, Wanted } from '../../core/contract/change.ts'
import type { ToolField } from '../../core/contract/connector.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import type { Categories } from './category.ts'
import { heldIn } from './field.ts'
import { changedAt, keyType, type Party } from './party.ts'
import { msOf } from './time.ts'

export const holdingOf = (party: Party, { fields, memberships }: Wanted, categories: Categories): Holding => ({
  remoteId: String(party.id),
  fields: Object.fromEntries(fields.map((name) => [name, heldIn(party, name)])),
  memberships: memberships.filter(({ name }) => party.categories.includes(categories.get(name) ?? -1)),
})

/** A party may be a firm with many people's addresses: only the first is its own. */
export const recordOf = (party: Party, known: readonly ToolField[]): ContactRecord | null => {
  const changed = changedAt(party)
  if (changed === null) return null
  const at = new Date(msOf(changed)).toISOString()
  const email = heldIn(party, keyType)
  const names = known.map(({ name }) => name).filter((name) => name !== keyType)
  return {
    kind: 'contact',
    id: `party:${party.id}:${at}:${changed.microsecond}`,
    at,
    identifiers: typeof email === 'string' ? [{ type: 'email', value: email }] : [],
    remoteId: String(party.id),
    fields: Object.fromEntries(names.map((name) => [name, heldIn(party, name)])),
  }
}
