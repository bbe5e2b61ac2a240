import { setImmediate } from 'node:timers/promises'
import { type ContactState, lanes } from '../deliver/contact.ts'
import { isHeld, isUnreachable, parcelOf } from '../deliver/parcel.ts'
import type { WorkingSet } from '../store/port.ts'
import type { Basis } from './basis.ts'
import { catchUp } from './catch-up.ts'
import type { Core } from './core.ts'
import { refresh } from './refresh.ts'

/** What another basis would change for one connector. */
export interface Foreseen {
  readonly connector: string
  /** Contacts that the hub knows there. */
  readonly contacts: number
  /** Of them and of new ones: those that would be written to, because something else is wanted of them. */
  readonly writes: number
}
const perStep = 100

const knownIn = (set: WorkingSet): ReadonlyMap<string, ContactState> =>
  new Map([...set.contacts.values()].flat().map((state) => [`${state.connector} ${state.node}`, state]))

/** Whether the tool would be written to: something is wanted that it does not hold, and that it can be told. */
const isWritten = (state: ContactState, basis: Basis): boolean => {
  if (state.aim === 'record' || state.dirtyAt === null) return false
  if (state.aim === 'erase') return true
  const plan = basis.plans.find(({ connector }) => connector === state.connector)
  // What the tool refuses today is not what another config asks of it.
  const parcel = parcelOf(state, { mayCreate: plan?.settings.contact.create === 'inScope', withheld: new Set() })
  return parcel !== null && !isHeld(parcel) && !isUnreachable(parcel)
}

/** Contacts of whom something else would be wanted, and that would be written to for it. */
const wishedAnew = (set: WorkingSet, basis: Basis, at: number): readonly ContactState[] => {
  const caughtUp = catchUp(set, basis, at, lanes.decision)
  const { change } = refresh(caughtUp.set, basis, at, lanes.decision)
  const known = knownIn(set)
  const last = new Map(
    [...(caughtUp.change.contacts ?? []), ...(change.contacts ?? [])].map((state) => [
      `${state.connector} ${state.node}`,
      state,
    ]),
  )
  return [...last].flatMap(([name, state]) =>
    state.wanted !== known.get(name)?.wanted && isWritten(state, basis) ? [state] : [],
  )
}

/**
 * Counts whom another basis would write to, by the same evaluation that would do it, over all customers; nothing is stored.
 * Exact for the customers as they are when their turn comes.
 */
export const foresee = async (core: Core, basis: Basis): Promise<readonly Foreseen[]> => {
  const writes = new Map(basis.plans.map(({ connector }) => [connector, 0]))
  /** Profiles of one component come in a row, each with all the others: where a page ends among them they have been counted. */
  let counted: string | undefined
  for (let cursor: string | null = null; ; ) {
    const { items, next } = await core.store.profiles(perStep, cursor)
    const set = await core.store.load(
      items.map(({ id }) => id),
      { passing: true },
    )
    const components = set.components.filter(({ id }) => id !== counted)
    counted = items.at(-1)?.component
    for (const { connector } of wishedAnew({ ...set, components }, basis, core.now()))
      writes.set(connector, (writes.get(connector) ?? 0) + 1)
    await setImmediate()
    cursor = next
    if (cursor === null) break
  }
  const totals = new Map((await core.store.contactTotals()).map((total) => [total.connector, total.contacts]))
  return [...writes].map(([connector, count]) => ({ connector, contacts: totals.get(connector) ?? 0, writes: count }))
}
