import type { Component, Node, Veto } from './component.ts'
import { consentsByPurpose } from './consent.ts'
import { eventsByName } from './history.ts'
import { compareText, groupBy } from './order.ts'
import { partition } from './partition.ts'
import type { Profile } from './profile.ts'
import type { ProfileSettings } from './settings.ts'
import { traitsByPath } from './traits.ts'

/** The nodes of one profile, and what hangs on them. */
type Share = Omit<Component, 'id'>

/** Deals out a component: what hangs on a node goes to the node's profile, a link to the profile that both its ends are in. */
const shares = (component: Component, groups: readonly (readonly Node[])[]): readonly Share[] => {
  if (groups.length === 1) return groups.map((nodes) => ({ ...component, nodes }))
  const groupOf = new Map(groups.flatMap((nodes) => nodes.map((node) => [node.id, nodes] as const)))
  const ofNode = ({ node }: { readonly node: string }) => groupOf.get(node)
  const kept = component.edges.filter((edge) => groupOf.get(edge.a) === groupOf.get(edge.b))
  const edges = groupBy(kept, (edge) => groupOf.get(edge.a))
  const claims = groupBy(component.claims, ofNode)
  const events = groupBy(component.events, ofNode)
  const consents = groupBy(component.consents, ofNode)
  return groups.map((nodes) => ({
    nodes,
    edges: edges.get(nodes) ?? [],
    claims: claims.get(nodes) ?? [],
    events: events.get(nodes) ?? [],
    consents: consents.get(nodes) ?? [],
  }))
}

const seenFirst = (first: Node, others: readonly Node[]): Node =>
  others.reduce((a, b) => ((b.firstAt - a.firstAt || compareText(b.id, a.id)) < 0 ? b : a), first)

/**
 * The customers in a component, the one with the strongest identifier first; usually there is one. A pure function of
 * the component: `sourceRank` is hub.yaml's, higher is better.
 */
export const profilesOf = (
  component: Component,
  vetoes: readonly Veto[],
  settings: ProfileSettings,
  sourceRank: (source: string) => number,
): readonly Profile[] =>
  shares(component, partition(component, vetoes, settings)).flatMap((share) => {
    const [anchor, ...others] = share.nodes
    if (anchor === undefined) return []
    return {
      id: anchor.id,
      unit: seenFirst(anchor, others).id,
      nodes: share.nodes,
      traits: traitsByPath(share.claims, settings, sourceRank),
      consents: consentsByPurpose(share.consents, share.edges, settings),
      events: eventsByName(share.events, sourceRank),
    }
  })
