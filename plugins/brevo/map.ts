import type { Change, Holding, Membership, Outcome } from '../../core/contract/change.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import type { Held } from './contact.ts'

/** Ids of lists by name. */
export type Lists = ReadonlyMap<string, number>

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
/** What a contact holds in an attribute: `null` when it is empty, or has several values. */
const valueIn = ({ attributes }: Pick<Held, 'attributes'>, name: string): FieldValue => {
  const value = attributes[name]
  return isScalar(value) && value !== '' ? value : null
}

const idsOf = (memberships: readonly Membership[], lists: Lists) =>
  memberships.flatMap(({ name }) => lists.get(name) ?? [])
/** An attribute is emptied by an empty text. */
const attributesOf = ({ fields }: Change) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? '']))
/** One contact of a batch, which only ever changes those who are there. Nothing in it says whether somebody may be written to. */
export const updateOf = (change: Change, id: number, lists: Lists) => {
  const [listIds, unlinkListIds] = [idsOf(change.join, lists), idsOf(change.leave, lists)]
  return {
    id,
    attributes: attributesOf(change),
    ...(listIds.length > 0 ? { listIds } : {}),
    ...(unlinkListIds.length > 0 ? { unlinkListIds } : {}),
  }
}

/** `updateEnabled`: whoever was made meanwhile is changed, and not refused. */
export const creationOf = (change: Change, lists: Lists) => {
  const { type, value } = change.contact.key
  const listIds = idsOf(change.join, lists)
  const own = attributesOf(change)
  return {
    ...(type === 'phone' ? { attributes: { ...own, SMS: value } } : { email: value, attributes: own }),
    ...(listIds.length > 0 ? { listIds } : {}),
    updateEnabled: true,
  }
}

/** Brevo drops unknown attributes and values that do not fit, and answers 204 all the same: what counts is what it shows. */
export const keptOutcome = ({ fields, join, leave }: Change, after: Held, lists: Lists): Outcome => {
  const [lost] =
    Object.entries(fields).find(([name, value]) => valueIn(after, name) !== (value === '' ? null : value)) ?? []
  if (lost !== undefined) {
    const reason = `Brevo did not keep ${lost} as it was sent: see whether the account has this attribute, and its type`
    return { status: 'rejected', field: lost, reason }
  }
  const held = new Set(after.listIds ?? [])
  const isMoved = idsOf(join, lists).every((id) => held.has(id)) && !idsOf(leave, lists).some((id) => held.has(id))
  if (!isMoved) return { status: 'retry', reason: 'Brevo does not show the contact in its lists as moved' }
  return { status: 'applied', remoteId: String(after.id) }
}

export const holdingOf = (
  found: Held,
  fields: readonly string[],
  memberships: readonly Membership[],
  lists: Lists,
): Holding => ({
  remoteId: String(found.id),
  fields: Object.fromEntries(fields.map((name) => [name, valueIn(found, name)])),
  memberships: memberships.filter(({ name }) => (found.listIds ?? []).includes(lists.get(name) ?? 0)),
})

/**
 * Of consent only its withdrawal is told: nobody who is not blacklisted has agreed by that, and the record has the time of
 * the last change, whatever that was.
 */
export const recordOf = (found: Held): ContactRecord => ({
  kind: 'contact',
  id: `contact:${found.id}:${found.modifiedAt}`,
  at: new Date(found.modifiedAt).toISOString(),
  identifiers: found.email ? [{ type: 'email', value: found.email }] : [],
  remoteId: String(found.id),
  fields: Object.fromEntries(Object.keys(found.attributes).map((name) => [name, valueIn(found, name)])),
  consent: found.emailBlacklisted ? false : undefined,
})
