import type { Decision } from '../decide/decision.ts'
import type { ContactState } from '../deliver/contact.ts'
import type { Component } from '../profile/component.ts'
import type { ChangeSet } from './change-set.ts'
import { sameEvidence } from './evidence.ts'
import type { ProfileRow } from './stored.ts'

/** A component and all that hangs on its nodes, decoded. Its lists are never changed, only replaced. */
export interface Household {
  /** Another object whenever anything of it is: whoever has computed something from it sees by identity that it stands. */
  mark: object
  component: Component
  version: number
  profiles: readonly ProfileRow[]
  /** By node, ended ones too. */
  readonly decisions: Map<string, readonly Decision[]>
  readonly contacts: Map<string, readonly ContactState[]>
}
/**
 * The households that were touched lately, so that they need be neither read nor decoded again. An embedded store
 * belongs to one process, and every change passes here: what is kept is what is stored.
 */
export interface Households {
  readonly markOf: (node: string) => object | null
  readonly ofNode: (node: string) => Household | undefined
  readonly ofComponent: (id: string) => Household | undefined
  readonly keep: (household: Household) => void
  /** Nothing is stored of these nodes: a component that they come to is known whole as soon as it is written. */
  readonly noteBare: (nodes: readonly string[]) => void
  /** Follows a change that was committed. */
  readonly follow: (change: ChangeSet) => void
  readonly clear: () => void
}

/** So many claims, events, decisions and contacts are kept decoded: some hundred bytes each, and as much again while it is renewed. */
const capacity = 200_000

const sizeOf = ({ component, decisions, contacts }: Household): number => {
  const { nodes, edges, claims, events, consents } = component
  let size = 8 + nodes.length + edges.length + claims.length + events.length + consents.length
  for (const list of decisions.values()) size += list.length
  for (const list of contacts.values()) size += list.length
  return size
}

/** A list with an entry in the place of the one like it, or at the end. */
const withEntry = <T>(list: readonly T[], entry: T, isLike: (other: T) => boolean): readonly T[] => {
  const place = list.findIndex(isLike)
  return place === -1 ? [...list, entry] : list.with(place, entry)
}
const put = <T>(lists: Map<string, readonly T[]>, node: string, entry: T, isLike: (other: T) => boolean): void => {
  lists.set(node, withEntry(lists.get(node) ?? [], entry, isLike))
}

export const createHouseholds = (): Households => {
  const kept = new Map<string, Household>()
  const homes = new Map<string, Household>()
  const sizes = new Map<Household, number>()
  let bare = new Set<string>()
  let size = 0

  const drop = (household: Household | undefined): void => {
    if (household === undefined) return
    kept.delete(household.component.id)
    for (const { id } of household.component.nodes) homes.delete(id)
    size -= sizes.get(household) ?? 0
    sizes.delete(household)
  }
  const weigh = (household: Household): void => {
    const now = sizeOf(household)
    size += now - (sizes.get(household) ?? 0)
    sizes.set(household, now)
  }
  /** Least recently used first: a map keeps the order in which its keys were put. */
  const shrink = (): void => {
    for (const household of kept.values()) {
      if (size <= capacity) return
      drop(household)
    }
  }
  const used = (household: Household | undefined): Household | undefined => {
    if (household === undefined) return undefined
    kept.delete(household.component.id)
    kept.set(household.component.id, household)
    return household
  }
  const settle = (household: Household): void => {
    kept.set(household.component.id, household)
    for (const { id } of household.component.nodes) homes.set(id, household)
    weigh(household)
  }
  const followComponent = (component: Component, version: number): void => {
    const household = kept.get(component.id)
    // An identifier that has joined may bring decisions and contacts of its own.
    const isWhole = component.nodes.every(({ id }) => bare.has(id) || (household && homes.get(id) === household))
    if (!isWhole || (household?.version ?? 0) !== version) drop(household)
    else if (household === undefined)
      settle({ mark: {}, component, version: 1, profiles: [], decisions: new Map(), contacts: new Map() })
    else {
      if (!sameEvidence(household.component, component)) household.version = version + 1
      household.component = component
      household.mark = {}
      settle(household)
    }
  }
  const touched = (household: Household | undefined): Household | undefined => {
    if (household !== undefined) household.mark = {}
    return household
  }
  const follow = (change: ChangeSet): void => {
    for (const id of change.goneComponents ?? []) drop(kept.get(id))
    const parted = (change.vetoes ?? []).flatMap(({ a, b }) => [a, b])
    for (const node of [...parted, ...(change.erased?.nodes ?? [])]) drop(homes.get(node))
    for (const { component, version } of change.components ?? []) followComponent(component, version)
    for (const gone of change.goneProfiles ?? []) {
      const household = touched(kept.get(gone.component))
      if (household) household.profiles = household.profiles.filter(({ id }) => id !== gone.id)
    }
    for (const row of change.profiles ?? []) {
      const household = touched(kept.get(row.component))
      if (household) household.profiles = withEntry(household.profiles, row, ({ id }) => id === row.id)
    }
    for (const decision of change.decisions ?? []) {
      const household = touched(homes.get(decision.node))
      if (household) put(household.decisions, decision.node, decision, ({ id }) => id === decision.id)
    }
    for (const contact of change.contacts ?? []) {
      const household = touched(homes.get(contact.node))
      if (household) put(household.contacts, contact.node, contact, ({ connector }) => connector === contact.connector)
    }
    for (const { connector, node } of change.goneContacts ?? []) {
      const contacts = touched(homes.get(node))?.contacts
      contacts?.set(node, contacts.get(node)?.filter((contact) => contact.connector !== connector) ?? [])
    }
    bare = new Set()
    shrink()
  }
  return {
    markOf: (node) => used(homes.get(node))?.mark ?? null,
    ofNode: (node) => used(homes.get(node)),
    ofComponent: (id) => used(kept.get(id)),
    keep: (household) => {
      settle(household)
      shrink()
    },
    noteBare: (nodes) => {
      bare = new Set(nodes)
    },
    follow,
    clear: () => {
      kept.clear()
      homes.clear()
      sizes.clear()
      bare = new Set()
      size = 0
    },
  }
}
