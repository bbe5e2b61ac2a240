import type { Change, Contact } from '../contract/change.ts'
import type { ContactState, Desired } from './contact.ts'
import { conceding, contested } from './contest.ts'
import { difference, holdsAll, isEmpty, isNothing, joined, nothing, retraction, without } from './difference.ts'
import type { Outgoing } from './settle.ts'

/** One contact's change, ready to go out. */
export interface Parcel extends Outgoing {
  readonly change: Change
}

export const contactOf = (state: ContactState): Contact => ({
  id: state.node,
  key: state.key,
  remoteId: state.remoteId ?? undefined,
})

/** The tool was sent something, and it is not known what came of that. */
export const isUnknown = ({ told, observedAt }: ContactState): boolean => told && observedAt === null

/** What we wrote, or may have written, and do not want any more: all of it when retracting, else what a rollout or map names no longer. */
export const abandoned = ({ aim, held, tried, desired }: ContactState): readonly Desired[] => {
  const written = [held, tried].flatMap((state) => state ?? [])
  if (aim === 'retract') return written
  if ((aim !== 'hold' && aim !== 'clear') || desired === null) return []
  return written.map((state) => without(state, desired)).filter((state) => !isNothing(state))
}

/** The tool must be looked at before the first write (its own state is given back later), after an unknown outcome, and before anything is given back. */
export const mustLook = (state: ContactState): boolean =>
  state.observedAt === null || state.touchedAt === null || state.aim === 'retract' || abandoned(state).length > 0

const goalOf = (state: ContactState): Desired | null => {
  const wanted = state.aim === 'retract' ? nothing : state.desired
  if (wanted === null) return null
  return abandoned(state).reduce(
    (goal, written) => joined(goal, retraction(without(written, goal), state.baseline, state.observed)),
    wanted,
  )
}

/** What may go out: which contacts may be made, and the fields that are not written at present. */
export interface Leave {
  readonly mayCreate: boolean
  readonly withheld: ReadonlySet<string>
}
/** The current difference of a contact; null where nothing is wanted of it any more. */
export const parcelOf = (state: ContactState, { mayCreate, withheld }: Leave): Parcel | null => {
  const goal = goalOf(state)
  if (goal === null) return null
  const desired = conceding(goal, state.aim === 'hold' ? new Set([...withheld, ...contested(state)]) : withheld)
  const create = mayCreate && state.aim === 'hold'
  return { contact: state, desired, change: difference(state, state.observed, desired, create) }
}

/** The tool holds all of it already: nothing has to be sent. */
export const isHeld = ({ contact, change, desired }: Parcel): boolean =>
  isEmpty(change) && holdsAll(contact.observed, desired)

/** The tool was looked at, has no such contact, and none may be created. */
export const isUnreachable = ({ contact, change }: Parcel): boolean =>
  contact.observedAt !== null && contact.observed === null && !change.create
