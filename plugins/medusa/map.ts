import { createHash } from 'node:crypto'
import type { Holding, Wanted } from '../../core/contract/change.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import { type Customer, fieldsOf, heldIn } from './customer.ts'

export const holdingOf = (found: Customer, { fields, memberships }: Wanted): Holding => ({
  remoteId: found.id,
  fields: Object.fromEntries(fields.map((name) => [name, heldIn(found, name)])),
  memberships: memberships.filter(({ name }) => found.groups?.some((own) => own.name === name)),
})

/** With a digest in its id: two changes may carry the same `updated_at`. */
export const recordOf = (found: Customer): ContactRecord => {
  const { id, email, updated_at } = found
  const fields = fieldsOf(found)
  const revision = createHash('sha256')
    .update(JSON.stringify([email, fields]))
    .digest('hex')
    .slice(0, 12)
  return {
    kind: 'contact',
    id: `customer:${id}:${updated_at}:${revision}`,
    at: updated_at,
    identifiers: email ? [{ type: 'email', value: email }] : [],
    remoteId: id,
    fields,
  }
}
