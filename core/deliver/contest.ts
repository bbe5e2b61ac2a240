import type { Membership } from '../contract/change.ts'
import type { ContactState, Desired, Drifts } from './contact.ts'

/** Whoever changes it more often in a day does it on principle, and we would go on for ever. */
const mostADay = 3
const dayMs = 24 * 3_600_000

/** A membership's name among fields. */
export const nameOf = ({ kind, name }: Membership): string => `${kind}/${name}`

/** What is fought over: we write it no more, until an admin has settled whose it is. */
export const contested = ({ drifts }: Pick<ContactState, 'drifts'>): ReadonlySet<string> =>
  new Set(Object.entries(drifts).flatMap(([name, times]) => (times.length > mostADay ? [name] : [])))

/** The same with these changed once more. What is contested stays so, however long ago. */
export const drifted = (drifts: Drifts, names: readonly string[], at: number): Drifts => {
  const lately = Object.entries(drifts)
    .map(
      ([name, times]) => [name, times.length > mostADay ? times : times.filter((time) => time > at - dayMs)] as const,
    )
    .filter(([, times]) => times.length > 0)
  const before = Object.fromEntries(lately)
  return { ...before, ...Object.fromEntries(names.map((name) => [name, [...(before[name] ?? []), at]])) }
}

/** A state without what is left to somebody else. */
export const conceding = (state: Desired, names: ReadonlySet<string>): Desired =>
  names.size === 0
    ? state
    : {
        ...state,
        fields: Object.fromEntries(Object.entries(state.fields).filter(([field]) => !names.has(field))),
        memberships: state.memberships.filter((membership) => !names.has(nameOf(membership))),
      }
