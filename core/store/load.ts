import type { Component } from '../profile/component.ts'
import type { Household } from './households.ts'
import type { Reading, WorkingSet } from './port.ts'
import type { Tables } from './tables.ts'

const byNode = <T>(nodes: readonly string[], of: (node: string) => readonly T[]): Map<string, readonly T[]> => {
  const lists = new Map<string, readonly T[]>()
  for (const node of nodes) {
    const list = of(node)
    if (list.length > 0) lists.set(node, list)
  }
  return lists
}

/** All lists by node in one table, which is the first one. */
const together = <T>(lists: Map<string, T>, others: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> => {
  for (const other of others) for (const [node, list] of other) lists.set(node, list)
  return lists
}

const readComponent = ({ components, history }: Tables, id: string) => {
  const row = components.read(id)
  if (row === null) return null
  const nodes = row.evidence.nodes.map((node) => node.id)
  const component: Component = { ...row.evidence, events: history.eventsOf(nodes) }
  return { component, version: row.version, nodes }
}

const readHousehold = (t: Tables, id: string): Household | null => {
  const read = readComponent(t, id)
  if (read === null) return null
  const { component, version, nodes } = read
  const { profiles, decisions, contacts } = t
  return {
    mark: {},
    component,
    version,
    profiles: profiles.ofComponent(id),
    decisions: byNode(nodes, decisions.ofNode),
    contacts: byNode(nodes, contacts.ofNode),
  }
}

/** The household of a node, decoded once while it is at hand; null: no message is known of it. */
export const householdOf = (t: Tables, node: string, { passing = false }: Reading = {}): Household | null => {
  const kept = t.households.ofNode(node)
  if (kept !== undefined) return kept
  const id = t.components.idOf(node)
  if (id === null) return null
  const read = t.households.ofComponent(id) ?? readHousehold(t, id)
  if (read !== null && !passing) t.households.keep(read)
  return read
}

/** Everything connected to these nodes. Facts may hang on a node that no message is known of: one that awaits its rebuild. */
export const load = (t: Tables, nodes: readonly string[], how?: Reading): WorkingSet => {
  const households = new Map<string, Household>()
  const loose: string[] = []
  for (const node of nodes) {
    const household = householdOf(t, node, how)
    if (household === null) loose.push(node)
    else households.set(household.component.id, household)
  }
  const [looseDecisions, looseContacts] = [byNode(loose, t.decisions.ofNode), byNode(loose, t.contacts.ofNode)]
  t.households.noteBare(loose.filter((node) => !looseDecisions.has(node) && !looseContacts.has(node)))
  const found = [...households.values()]
  const all = () => [...loose, ...found.flatMap(({ component }) => component.nodes.map((node) => node.id))]
  return {
    components: found.map(({ component }) => component),
    versions: new Map(found.map(({ component, version }) => [component.id, version])),
    profiles: found.flatMap(({ profiles }) => profiles),
    decisions: together(
      looseDecisions,
      found.map(({ decisions }) => decisions),
    ),
    contacts: together(
      looseContacts,
      found.map(({ contacts }) => contacts),
    ),
    vetoes: t.components.vetoesOf(all),
    uses: t.decisions.uses(),
  }
}

/** The same without what was decided, and without keeping what is read. */
export const evidenceOf = (t: Tables, nodes: readonly string[]): Pick<WorkingSet, 'components' | 'vetoes'> => {
  const found = new Map<string, Component>()
  for (const node of nodes) {
    const kept = t.households.ofNode(node)?.component
    const id = kept?.id ?? t.components.idOf(node)
    if (id === null || found.has(id)) continue
    const component = kept ?? readComponent(t, id)?.component
    if (component !== undefined) found.set(id, component)
  }
  const components = [...found.values()]
  return {
    components,
    vetoes: t.components.vetoesOf(() => components.flatMap((each) => each.nodes.map(({ id }) => id))),
  }
}
