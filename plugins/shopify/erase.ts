import { z } from 'zod'
import type { Contact, Outcome, Receipt } from '../../core/contract/change.ts'
import { tell } from './api.ts'
import { lookUpCustomers } from './lookup.ts'
import type { Customer } from './map.ts'
import { deleteCustomer, requestErasure, together } from './mutations.ts'
import type { Wire } from './settings.ts'
import { verdictOf } from './verdict.ts'

const deleted = z.object({ deletedCustomerId: z.string() })
const requested = z.object({ customerId: z.string() })

/**
 * Shopify deletes only customers without orders. For all others it takes a request to erase their personal data, which it
 * carries out by itself, ten days later, and half a year after the last order at the earliest: until then they are there.
 * https://help.shopify.com/manual/privacy-and-security/privacy/processing-customer-data-requests
 */
const eraseOne = async (ctx: Wire, { id, canDelete }: Customer): Promise<Outcome> => {
  const mutation = canDelete ? deleteCustomer('erased', id) : requestErasure('erased', id)
  const told = await tell(ctx, 'erasing a customer', together([mutation]))
  const verdict = canDelete ? verdictOf('erased', told, deleted) : verdictOf('erased', told, requested)
  return 'done' in verdict ? { status: 'applied', remoteId: id } : verdict
}

export const erase = async (ctx: Wire, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const found = await lookUpCustomers(ctx, contacts)
  const receipts: Receipt[] = []
  for (const { id } of contacts) {
    const customer = found.get(id)
    receipts.push({ contact: id, ...(customer ? await eraseOne(ctx, customer) : { status: 'unchanged' }) })
  }
  return receipts
}
