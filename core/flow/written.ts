import type { Receipt } from '../contract/change.ts'
import type { ContactState } from '../deliver/contact.ts'
import type { Parcel } from '../deliver/parcel.ts'
import type { Delivery, ShadowWrite } from '../store/stored.ts'

/** What the log of deliveries keeps of what was sent and the tool's verdict on it; no receipt: unknown. */
export const deliveryOf = (
  { connector, key }: ContactState,
  fields: Delivery['fields'],
  receipt: Receipt | undefined,
  at: number,
): Delivery => ({
  connector,
  contact: key.value,
  at,
  outcome: receipt?.status ?? 'unknown',
  reason: receipt !== undefined && 'reason' in receipt ? receipt.reason : null,
  fields,
})
/** What shadow keeps: what would have gone out, beside what the tool holds. */
export const shadowOf = ({ contact, change }: Parcel, at: number): ShadowWrite => ({
  connector: contact.connector,
  node: contact.node,
  contact: contact.key.value,
  at,
  would: change.fields,
  holds: contact.observed?.fields ?? null,
})
