import { z } from 'zod'
import type { Contact, Outcome, Receipt } from '../../core/contract/change.ts'
import type { Customer } from './customer.ts'
import { findAll } from './find.ts'
import type { Wire } from './settings.ts'

const deleted = z.object({ deleted: z.boolean() })

/**
 * Account and guest alike. Medusa only marks customers as deleted: none of its ways shows them again, but its database and
 * the addresses in their orders stay.
 */
const eraseOne = async ({ http }: Wire, found: readonly Customer[]): Promise<Outcome> => {
  if (found.length === 0) return { status: 'unchanged' }
  for (const { id } of found) {
    const { body } = await http({ method: 'DELETE', path: `/admin/customers/${id}`, reply: deleted })
    if (!body.deleted) return { status: 'retry', reason: 'Medusa did not confirm the deletion' }
  }
  return { status: 'applied' }
}

export const erase = async (ctx: Wire, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const found = await findAll(ctx, contacts)
  const receipts: Receipt[] = []
  for (const { id } of contacts) receipts.push({ contact: id, ...(await eraseOne(ctx, found.get(id) ?? [])) })
  return receipts
}
