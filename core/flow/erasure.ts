import { type ContactState, lanes } from '../deliver/contact.ts'
import type { Component } from '../profile/component.ts'
import type { WorkingSet } from '../store/port.ts'
import type { Core } from './core.ts'
import { refresh } from './refresh.ts'

const without = <T extends { readonly node: string }>(things: readonly T[], gone: ReadonlySet<string>): readonly T[] =>
  things.filter((thing) => !gone.has(thing.node))

/** What remains of a component; null when nobody does. */
const remainder = (component: Component, gone: ReadonlySet<string>): Component | null => {
  const nodes = component.nodes.filter((node) => !gone.has(node.id))
  const [id] = nodes.map((node) => node.id).sort()
  if (id === undefined) return null
  return {
    id,
    nodes,
    edges: component.edges.filter((edge) => !gone.has(edge.a) && !gone.has(edge.b)),
    claims: without(component.claims, gone),
    events: without(component.events, gone),
    consents: without(component.consents, gone),
  }
}
const remainingSet = (set: WorkingSet, gone: ReadonlySet<string>): WorkingSet => ({
  ...set,
  components: set.components.flatMap((component) => remainder(component, gone) ?? []),
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

/**
 * Takes everything that hangs on these nodes out of the hub in one commit, and leaves an erasure for each tool that was
 * sent them. Runs in the writer. Answers those tools' connectors.
 */
export const eraseNodes = async (
  core: Core,
  nodes: readonly string[],
  actor: string,
  subject: string,
): Promise<readonly string[]> => {
  const set = await core.store.load(nodes)
  const gone = new Set(nodes)
  const at = core.now()
  const remaining = remainingSet(set, gone)
  const { change } = refresh(remaining, core.basis(), at, lanes.decision)
  const theirs = set.contacts.filter((contact) => gone.has(contact.node))
  const sent = theirs.filter((contact) => contact.touchedAt !== null)
  const connectors = [...new Set(sent.map((contact) => contact.connector))]
  const kept = new Set(remaining.components.map((component) => component.id))
  await core.store.commit({
    ...change,
    components: remaining.components.map((component) => ({ component, version: set.versions.get(component.id) ?? 0 })),
    goneComponents: set.components.map((component) => component.id).filter((id) => !kept.has(id)),
    contacts: [...(change.contacts ?? []), ...sent.map((contact) => erasureOf(contact, at))],
    goneContacts: theirs
      .filter((contact) => contact.touchedAt === null)
      .map(({ connector, node }) => ({ connector, node })),
    erased: { nodes, at },
    audit: [{ at, actor, action: 'erase', subject, detail: { connectors } }],
  })
  return connectors
}
