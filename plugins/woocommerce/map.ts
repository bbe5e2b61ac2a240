import { createHash } from 'node:crypto'
import type { Holding, Wanted } from '../../core/contract/change.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import { type Customer, fieldsOf, heldIn } from './customer.ts'

export const holdingOf = (found: Customer, { fields }: Wanted): Holding => ({
  remoteId: String(found.id),
  fields: Object.fromEntries(fields.map((name) => [name, heldIn(found, name)])),
  memberships: [],
})

/**
 * The revision is a digest of the content: the date of change does not move when meta do. An unchanged customer is the same
 * record in every scan.
 */
export const recordOf = (found: Customer, at: string): ContactRecord => {
  const fields = fieldsOf(found)
  const revision = createHash('sha256')
    .update(JSON.stringify([found.email, found.date_modified_gmt, fields]))
    .digest('hex')
    .slice(0, 20)
  return {
    kind: 'contact',
    id: `customer:${found.id}:${revision}`,
    at,
    identifiers: found.email ? [{ type: 'email', value: found.email }] : [],
    remoteId: String(found.id),
    fields,
  }
}
