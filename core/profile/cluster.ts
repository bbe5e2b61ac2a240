import type { Node, Veto } from './component.ts'
import { identifierRule } from './identifier-rule.ts'
import { type Compare, compareText } from './order.ts'
import type { ProfileSettings } from './settings.ts'

/** The nodes of what becomes one profile. */
export interface Cluster {
  readonly nodes: Node[]
  /** How many nodes of each type. */
  readonly counts: Map<string, number>
  /** Those with an end in here. */
  readonly vetoes: Veto[]
}

export const clusterOf = (nodes: readonly Node[], vetoes: readonly Veto[]): Cluster => {
  const cluster = { nodes: [...nodes], counts: new Map<string, number>(), vetoes: [...vetoes] }
  for (const { type } of nodes) cluster.counts.set(type, (cluster.counts.get(type) ?? 0) + 1)
  return cluster
}

/** Into the larger, so that a node moves at most log n times. */
export const mergeClusters = (a: Cluster, b: Cluster): Cluster => {
  const [large, small] = a.nodes.length < b.nodes.length ? [b, a] : [a, b]
  for (const node of small.nodes) large.nodes.push(node)
  for (const veto of small.vetoes) large.vetoes.push(veto)
  for (const [type, count] of small.counts) large.counts.set(type, count + (large.counts.get(type) ?? 0))
  return large
}

/** The first type of which two clusters together have more than one profile may. */
export const overLimit = (a: Cluster, b: Cluster, settings: ProfileSettings): string | undefined =>
  [...b.counts.keys()].find(
    (type) => (a.counts.get(type) ?? 0) + (b.counts.get(type) ?? 0) > identifierRule(settings, type).limit,
  )

/** By rank, then the one seen first, then id. The first of a profile's nodes is its anchor. */
export const byStrength =
  (settings: ProfileSettings): Compare<Node> =>
  (a, b) =>
    identifierRule(settings, a.type).rank - identifierRule(settings, b.type).rank ||
    a.firstAt - b.firstAt ||
    compareText(a.id, b.id)
