import { type ContactState, lanes } from '../deliver/contact.ts'
import type { Component } from '../profile/component.ts'
import { disjointSets } from '../profile/disjoint-sets.ts'
import { profilesOf } from '../profile/profiles.ts'
import type { WorkingSet } from '../store/port.ts'
import type { Basis } from './basis.ts'
import type { Core } from './core.ts'
import { refresh } from './refresh.ts'
import { replaced } from './replaced.ts'

const without = <T>(things: ReadonlyMap<string, T>, gone: ReadonlySet<string>): ReadonlyMap<string, T> =>
  new Map([...things].filter(([node]) => !gone.has(node)))

const only = <T extends { readonly node: string }>(things: readonly T[], kept: ReadonlySet<string>): readonly T[] =>
  things.filter((thing) => kept.has(thing.node))

/** What remains of a component: those whom only the erased person connected are components of their own. */
const remainders = (component: Component, gone: ReadonlySet<string>): readonly Component[] => {
  const edges = component.edges.filter((edge) => !gone.has(edge.a) && !gone.has(edge.b))
  const sets = disjointSets<string[]>(
    () => [],
    (a, b) => [...a, ...b],
  )
  for (const { id } of component.nodes) if (!gone.has(id)) sets.set(id, [id])
  for (const { a, b } of edges) sets.join(a, b)
  return [...sets.values()].flatMap((ids) => {
    const [id] = ids.toSorted()
    if (id === undefined) return []
    const kept = new Set(ids)
    return {
      id,
      nodes: component.nodes.filter((node) => kept.has(node.id)),
      edges: edges.filter((edge) => kept.has(edge.a)),
      claims: only(component.claims, kept),
      events: only(component.events, kept),
      consents: only(component.consents, kept),
    }
  })
}
const remainingSet = (set: WorkingSet, gone: ReadonlySet<string>): WorkingSet => ({
  ...set,
  components: set.components.flatMap((component) => remainders(component, gone)),
  decisions: without(set.decisions, gone),
  contacts: without(set.contacts, gone),
  vetoes: set.vetoes.filter(({ a, b }) => !gone.has(a) && !gone.has(b)),
})

/** The contact keeps what the tool finds it by until the tool has confirmed the erasure, and nothing else. */
const erasureOf = (contact: ContactState, at: number): ContactState => ({
  ...contact,
  aim: 'erase',
  desired: null,
  held: null,
  tried: null,
  baseline: null,
  observed: null,
  answers: {},
  wanted: 'erase',
  settled: null,
  lane: lanes.consent,
  dirtyAt: at,
  attempts: 0,
  nextTryAt: 0,
  dead: null,
})

/** All nodes of the customer whom a node belongs to; null: nobody. */
const nodesOfCustomer = (set: WorkingSet, { settings, sourceRank }: Basis, id: string) => {
  const profiles = set.components.flatMap((component) => profilesOf(component, set.vetoes, settings, sourceRank))
  const profile = profiles.find(({ nodes }) => nodes.some((node) => node.id === id))
  return profile?.nodes.map((node) => node.id) ?? null
}

/**
 * Takes everything that hangs on a customer's nodes out of the hub in one commit, and leaves an erasure for each tool that was
 * sent them. Runs in the writer. Answers those tools' connectors; null: there is no such customer.
 */
export const eraseCustomer = async (core: Core, id: string, actor: string): Promise<readonly string[] | null> => {
  const set = await core.store.load([id])
  const nodes = nodesOfCustomer(set, core.basis(), id)
  if (nodes === null) return null
  const gone = new Set(nodes)
  const at = core.now()
  const remaining = remainingSet(set, gone)
  const { change } = refresh(remaining, core.basis(), at, lanes.decision)
  const theirs = nodes.flatMap((node) => set.contacts.get(node) ?? [])
  const sent = theirs.filter((contact) => contact.told)
  const connectors = [...new Set(sent.map((contact) => contact.connector))]
  await core.store.commit({
    ...change,
    ...replaced(set, remaining.components),
    contacts: [...(change.contacts ?? []), ...sent.map((contact) => erasureOf(contact, at))],
    goneContacts: theirs.filter((contact) => !contact.told).map(({ connector, node }) => ({ connector, node })),
    erased: { nodes, at },
    audit: [{ at, actor, action: 'erase', subject: id, detail: { connectors } }],
  })
  return connectors
}
