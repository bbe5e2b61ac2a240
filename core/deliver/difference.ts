import { createHash } from 'node:crypto'
import type { Change, Holding } from '../contract/change.ts'
import type { FieldValue } from '../contract/value.ts'
import type { Aim, ContactState, Desired } from './contact.ts'

/** Names what is wanted of a contact: the same aim and state in the same account, the same text. */
export const digestOf = (aim: Aim, desired: Desired | null, epoch: string): string =>
  createHash('sha256')
    .update(JSON.stringify([aim, epoch, desired?.fields ?? null, desired?.memberships ?? null]))
    .digest('base64url')
    .slice(0, 22)

/** Wishes nothing at all. */
export const nothing: Desired = { fields: {}, memberships: [], offers: {} }
export const isNothing = ({ fields, memberships }: Desired): boolean =>
  Object.keys(fields).length === 0 && memberships.length === 0

/** What one state says of fields and memberships that the other does not speak of. */
export const without = (state: Desired, other: Desired): Desired => ({
  fields: Object.fromEntries(Object.entries(state.fields).filter(([field]) => !(field in other.fields))),
  memberships: state.memberships.filter(
    ({ kind, name }) => !other.memberships.some((membership) => membership.kind === kind && membership.name === name),
  ),
  offers: {},
})
/** Both together, where they speak of different things. */
export const joined = (a: Desired, b: Desired): Desired => ({
  fields: { ...a.fields, ...b.fields },
  memberships: [...a.memberships, ...b.memberships],
  offers: a.offers,
})

/** The tool's empty text and no value are one thing: several tools answer '' for a field that was never set. */
export const same = (a: FieldValue | undefined, b: FieldValue | undefined): boolean => (a ?? '') === (b ?? '')
const isIn = (holding: Holding | null, kind: string, name: string): boolean =>
  holding?.memberships.some((membership) => membership.kind === kind && membership.name === name) ?? false

/** The step from what the tool holds to what it should hold. */
export const difference = (
  contact: Pick<ContactState, 'connector' | 'node' | 'key' | 'remoteId'>,
  holds: Holding | null,
  desired: Desired,
  create: boolean,
): Change => ({
  contact: { id: contact.node, key: contact.key, remoteId: contact.remoteId ?? undefined },
  create,
  fields: Object.fromEntries(
    Object.entries(desired.fields).filter(([field, value]) => !same(holds?.fields[field], value)),
  ),
  join: desired.memberships
    .filter((wanted) => wanted.member && !isIn(holds, wanted.kind, wanted.name))
    .map(({ kind, name }) => ({ kind, name })),
  leave: desired.memberships
    .filter((wanted) => !wanted.member && isIn(holds, wanted.kind, wanted.name))
    .map(({ kind, name }) => ({ kind, name })),
})

export const isEmpty = (change: Change): boolean =>
  Object.keys(change.fields).length === 0 && change.join.length === 0 && change.leave.length === 0

/** Whether the tool holds all of a desired state. */
export const holdsAll = (holds: Holding | null, desired: Desired): boolean =>
  holds !== null &&
  isEmpty(difference({ connector: '', node: '', key: { type: '', value: '' }, remoteId: null }, holds, desired, false))

/**
 * What to give back: where the tool still holds what we wrote, what it held before us; where somebody has changed it
 * since, nothing.
 */
export const retraction = (held: Desired, baseline: Holding | null, observed: Holding | null): Desired => ({
  fields: Object.fromEntries(
    Object.entries(held.fields)
      .filter(([field, value]) => same(observed?.fields[field], value))
      .map(([field]) => [field, baseline?.fields[field] ?? null]),
  ),
  memberships: held.memberships
    .filter(({ kind, name, member }) => isIn(observed, kind, name) === member)
    .map(({ kind, name }) => ({ kind, name, member: isIn(baseline, kind, name) })),
  offers: {},
})

/** A state and whatever of another one the tool shows: what was written, though the tool never said so. */
export const withShown = (held: Desired | null, tried: Desired, observed: Holding | null): Desired | null => {
  const fields = Object.entries(tried.fields).filter(([field, value]) => same(observed?.fields[field], value))
  const memberships = tried.memberships.filter(({ kind, name, member }) => isIn(observed, kind, name) === member)
  if (observed === null || fields.length + memberships.length === 0) return held
  const shown: Desired = { fields: Object.fromEntries(fields), memberships, offers: {} }
  return held === null ? shown : { ...joined(without(held, shown), shown), offers: held.offers }
}
