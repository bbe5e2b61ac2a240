import { byStrength, type Cluster, clusterOf, mergeClusters, overLimit } from './cluster.ts'
import type { Component, Edge, Node, Veto } from './component.ts'
import { type DisjointSets, disjointSets } from './disjoint-sets.ts'
import { identifierRule } from './identifier-rule.ts'
import { type Compare, compareText, groupBy } from './order.ts'
import { remembered } from './remembered.ts'
import type { ProfileSettings } from './settings.ts'
import { sharedDevices } from './shared-device.ts'

/** Why two identifiers are not one customer though they stood in one message. */
export type Objection =
  | { readonly reason: 'shared_device'; readonly device: string }
  | { readonly reason: 'veto'; readonly veto: Veto }
  | { readonly reason: 'limit'; readonly type: string; readonly limit: number }
export type RejectedEdge = Objection & { readonly edge: Edge }

/** Links by the sum of their ends' ranks, then the one seen first, then id. Never by when it was last seen: that would flap. */
const byEvidence = (nodes: readonly Node[], settings: ProfileSettings): Compare<Edge> => {
  const ranks = new Map(nodes.map(({ id, type }) => [id, identifierRule(settings, type).rank]))
  const rank = (edge: Edge): number => (ranks.get(edge.a) ?? 0) + (ranks.get(edge.b) ?? 0)
  return (a, b) => rank(a) - rank(b) || a.firstAt - b.firstAt || compareText(a.a, b.a) || compareText(a.b, b.b)
}

/** Every veto of a cluster has an end in it, so it suffices to find one whose other end is in the other. */
const violatedVeto = (a: Cluster, b: Cluster, clusters: DisjointSets<Cluster>): Veto | undefined => {
  const [few, other] = a.vetoes.length < b.vetoes.length ? [a, b] : [b, a]
  return few.vetoes.find((veto) => clusters.get(veto.a) === other || clusters.get(veto.b) === other)
}

const singletons = (nodes: readonly Node[], vetoes: readonly Veto[]): DisjointSets<Cluster> => {
  const ends = vetoes.flatMap((veto) => [
    { id: veto.a, veto },
    { id: veto.b, veto },
  ])
  const vetoesOf = groupBy(ends, ({ id }) => id)
  const clusters = disjointSets(() => clusterOf([], []), mergeClusters)
  for (const node of nodes) {
    const touching = (vetoesOf.get(node.id) ?? []).map(({ veto }) => veto)
    clusters.set(node.id, clusterOf([node], touching))
  }
  return clusters
}

/**
 * Kruskal under constraints: link by link in a total order, leaving out those that would exceed a limit, join what a
 * veto keeps apart, or lead over a shared device. The order is a function of the evidence, so the outcome is too.
 */
const constrained = (component: Component, vetoes: readonly Veto[], settings: ProfileSettings) => {
  const clusters = singletons(component.nodes, vetoes)
  const shared = sharedDevices(component, settings)
  const objection = (edge: Edge, a: Cluster, b: Cluster): Objection | undefined => {
    const device = [edge.a, edge.b].find((node) => shared.has(node))
    if (device !== undefined) return { reason: 'shared_device', device }
    const veto = violatedVeto(a, b, clusters)
    if (veto !== undefined) return { reason: 'veto', veto }
    const type = overLimit(a, b, settings)
    return type === undefined ? undefined : { reason: 'limit', type, limit: identifierRule(settings, type).limit }
  }
  const rejected: RejectedEdge[] = []
  for (const edge of component.edges.toSorted(byEvidence(component.nodes, settings))) {
    const [a, b] = [clusters.get(edge.a), clusters.get(edge.b)]
    const against = a === b ? undefined : objection(edge, a, b)
    if (against === undefined) clusters.join(edge.a, edge.b)
    else rejected.push({ ...against, edge })
  }
  return { clusters: [...clusters.values()], rejected }
}

const within = (vetoes: readonly Veto[], { nodes }: Component): readonly Veto[] => {
  if (vetoes.length === 0) return vetoes
  const ids = new Set(nodes.map((node) => node.id))
  return vetoes.filter((veto) => ids.has(veto.a) && ids.has(veto.b))
}

const withinLimits = remembered(
  (nodes: readonly Node[], settings: ProfileSettings): boolean =>
    overLimit(clusterOf([], []), clusterOf(nodes, []), settings) === undefined,
)

/** Nothing to object to: then every link holds, in whatever order. A shared device always exceeds a limit too. */
const isUncontested = ({ nodes }: Component, vetoes: readonly Veto[], settings: ProfileSettings): boolean =>
  vetoes.length === 0 && withinLimits(nodes, settings)

const strongestFirst = remembered((nodes: readonly Node[], settings: ProfileSettings): readonly Node[] =>
  nodes.toSorted(byStrength(settings)),
)

/** The nodes of each customer in a component: strongest first, the customer with the strongest first. A pure function of the evidence. */
export const partition = (
  component: Component,
  vetoes: readonly Veto[],
  settings: ProfileSettings,
): readonly (readonly Node[])[] => {
  const order = byStrength(settings)
  const relevant = within(vetoes, component)
  if (isUncontested(component, relevant, settings)) return [strongestFirst(component.nodes, settings)]
  const { clusters } = constrained(component, relevant, settings)
  const groups = clusters.map(({ nodes }) => nodes.sort(order))
  return groups.sort(([a], [b]) => (a && b ? order(a, b) : 0))
}

/** The links that were not made, and why: for `explain`. */
export const rejectedEdges = (
  component: Component,
  vetoes: readonly Veto[],
  settings: ProfileSettings,
): readonly RejectedEdge[] => {
  const relevant = within(vetoes, component)
  return isUncontested(component, relevant, settings) ? [] : constrained(component, relevant, settings).rejected
}
