import type { Lane } from '../deliver/contact.ts'
import type { Component } from '../profile/component.ts'
import { groupBy } from '../profile/order.ts'
import { never } from '../rules/program.ts'
import type { ChangeSet } from '../store/change-set.ts'
import type { WorkingSet } from '../store/port.ts'
import { type ProfileRow, profileKey } from '../store/stored.ts'
import type { Basis } from './basis.ts'
import { contactKey, idOf, inOrder } from './in-order.ts'
import { refresh } from './refresh.ts'

/** A working set as it is some time later, and what is to be stored of that. */
export interface CaughtUp {
  readonly set: WorkingSet
  readonly change: ChangeSet
}
/** One component and what hangs on it: what falls due together. */
interface Part {
  set: WorkingSet
  dueAt: number
  steps: number
}
type Uses = WorkingSet['uses']

/** So many instants of one component are taken one by one; what is left after them is decided at the last one only. */
const mostSteps = 200

/** What stands after some things were written over others. */
const overwritten = <T>(old: readonly T[], news: readonly T[] | undefined, key: (thing: T) => string): readonly T[] =>
  news === undefined || news.length === 0
    ? old
    : [...new Map([...old, ...news].map((thing) => [key(thing), thing])).values()]
/** The same of lists by node. */
const overwrittenAt = <T extends { readonly node: string }>(
  old: ReadonlyMap<string, readonly T[]>,
  news: readonly T[] | undefined,
  key: (thing: T) => string,
): ReadonlyMap<string, readonly T[]> => {
  if (news === undefined || news.length === 0) return old
  const lists = new Map(old)
  for (const [node, things] of groupBy(news, (thing) => thing.node))
    lists.set(node, overwritten(old.get(node) ?? [], things, key))
  return lists
}
const after = (set: WorkingSet, change: ChangeSet): WorkingSet => ({
  ...set,
  profiles: overwritten(set.profiles, change.profiles, profileKey),
  decisions: overwrittenAt(set.decisions, change.decisions, idOf),
  contacts: overwrittenAt(set.contacts, change.contacts, contactKey),
})
const counted = (uses: Uses, used: readonly string[] = []): Uses => {
  if (used.length === 0) return uses
  const counts = new Map(uses)
  for (const offer of used) counts.set(offer, (counts.get(offer) ?? 0) + 1)
  return counts
}

/** When something about these changes by itself. Who was decided under another basis is not late but to be decided anew. */
const dueOf = (rows: readonly ProfileRow[], basis: Basis): number =>
  Math.min(...rows.filter(basis.covers).map(({ dueAt }) => dueAt ?? never))

const ofNodes = <T>(lists: ReadonlyMap<string, T>, nodes: Component['nodes']): ReadonlyMap<string, T> =>
  new Map(
    nodes.flatMap(({ id }) => {
      const list = lists.get(id)
      return list === undefined ? [] : [[id, list] as const]
    }),
  )

const partsOf = (set: WorkingSet, basis: Basis): readonly Part[] => {
  const owner = new Map(set.components.flatMap(({ id, nodes }) => nodes.map((node) => [node.id, id] as const)))
  const rows = groupBy(set.profiles, (row) => owner.get(row.id))
  return set.components.map((component) => {
    const profiles = rows.get(component.id) ?? []
    const { nodes } = component
    const facts = { decisions: ofNodes(set.decisions, nodes), contacts: ofNodes(set.contacts, nodes) }
    return { set: { ...set, components: [component], profiles, ...facts }, dueAt: dueOf(profiles, basis), steps: 0 }
  })
}

/**
 * Brings a working set forward to an instant, through every instant at which something about it changed by itself: in
 * due order over all its profiles, each decided at its own logical instant. So what a hub decides after an outage is what
 * it would have decided without one, and a limit that many share goes to those who fell due first. No instant lies before
 * a decision that was stored meanwhile: whatever decides a profile moves its due time past that. Pure.
 */
export const catchUp = (set: WorkingSet, basis: Basis, horizon: number, lane: Lane): CaughtUp => {
  const late = set.profiles.some(({ dueAt }) => dueAt !== null && dueAt <= horizon)
  if (!late || set.components.length === 0) return { set, change: {} }
  const parts = partsOf(set, basis)
  const changes: ChangeSet[] = []
  let { uses } = set
  for (;;) {
    const part = parts.reduce((first, other) => (other.dueAt < first.dueAt ? other : first))
    if (part.dueAt > horizon) break
    const at = part.steps < mostSteps ? part.dueAt : horizon
    const { change } = refresh({ ...part.set, uses }, basis, at, lane)
    part.set = after(part.set, change)
    part.dueAt = Math.max(dueOf(part.set.profiles, basis), at + 1)
    part.steps += 1
    uses = counted(uses, change.used)
    changes.push(change)
  }
  const change = inOrder(changes)
  return { set: { ...after(set, change), uses }, change }
}
