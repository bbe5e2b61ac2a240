import type { Holding } from '../contract/change.ts'
import type { FieldValue } from '../contract/value.ts'
import { type ContactState, type Desired, lanes } from './contact.ts'
import { conceding, contested, drifted, nameOf } from './contest.ts'
import { difference, holdsAll, same } from './difference.ts'

/** What was seen of a tool, and what may be done about it. */
export interface Look {
  readonly holding: Holding | null
  readonly at: number
  /** Contacts may be made. */
  readonly mayCreate: boolean
  /** Fields that are not written at present. */
  readonly withheld: ReadonlySet<string>
}

/** What the tool held by its last word, and holds no more: base, ours and theirs are compared, name by name. */
const changedByOthers = (state: ContactState, wanted: Desired, holding: Holding): readonly string[] => {
  const { held } = state
  if (held === null) return []
  const { fields, join, leave } = difference(state, holding, wanted, false)
  const acknowledged = new Set(held.memberships.filter(({ member }) => member).map(nameOf))
  return [
    ...Object.keys(fields).filter((field) => field in held.fields && same(held.fields[field], wanted.fields[field])),
    ...join.map(nameOf).filter((name) => acknowledged.has(name)),
    ...leave.map(nameOf).filter((name) => !acknowledged.has(name)),
  ]
}

/**
 * A contact's state after the tool was looked at. What a person has changed in the tool on a field of ours is drift,
 * and is repaired, unless they do it again and again; a contact that has appeared in the tool since gets what it should
 * hold. One that has gone, as from an account that was restored from a backup, is made again where contacts may be made.
 * Nothing is concluded while something is under way.
 */
export const afterLook = (state: ContactState, { holding, at, mayCreate, withheld }: Look): ContactState => {
  const seen = { ...state, observed: holding, observedAt: at, remoteId: holding?.remoteId ?? state.remoteId }
  const rests = state.dirtyAt === null && state.dead === null && state.aim === 'hold'
  if (!rests || state.desired === null) return seen
  const wanted = conceding(state.desired, new Set([...withheld, ...contested(state)]))
  if (holdsAll(holding, wanted)) return seen
  const again = { settled: null, dirtyAt: at, lane: lanes.repair }
  if (holding === null) return mayCreate ? { ...seen, ...again } : seen
  const drifts = drifted(state.drifts, changedByOthers(state, wanted, holding), at)
  const left = conceding(wanted, contested({ drifts }))
  return holdsAll(holding, left) ? { ...seen, drifts } : { ...seen, drifts, ...again }
}

/** Whether a tool's record of a contact speaks against what it should hold, or says nothing of that. The echo of our own write does neither. */
export const speaksAgainst = (
  fields: Readonly<Record<string, FieldValue>>,
  { desired, aim }: Pick<ContactState, 'desired' | 'aim'>,
): boolean => {
  if (desired === null || aim !== 'hold') return false
  const told = Object.keys(desired.fields).filter((field) => field in fields)
  return told.length === 0 || told.some((field) => !same(fields[field], desired.fields[field]))
}
