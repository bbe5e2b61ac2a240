import type { Component, Edge, Node } from './component.ts'
import { identifierRule } from './identifier-rule.ts'
import { groupBy } from './order.ts'
import type { ProfileSettings } from './settings.ts'

interface Sighting {
  readonly device: Node
  readonly type: string
  readonly edge: Edge
}

/** That a device was seen with an identifier of which a person has only one. */
const sighting = (device: Node, person: Node, edge: Edge, settings: ProfileSettings): readonly Sighting[] => {
  const { declared, limit } = identifierRule(settings, person.type)
  const isDevice = identifierRule(settings, device.type).sharedWithinMs !== null
  return isDevice && declared && limit === 1 ? [{ device, type: person.type, edge }] : []
}

/** Whether two of the spans of time come within `withinMs` of each other. */
const comeClose = (spans: readonly Edge[], withinMs: number): boolean => {
  let lastAt = Number.NEGATIVE_INFINITY
  return spans
    .toSorted((a, b) => a.firstAt - b.firstAt)
    .some((span) => {
      const close = span.firstAt - lastAt <= withinMs
      lastAt = Math.max(lastAt, span.lastAt)
      return close
    })
}

/**
 * The devices that two people use: seen within `sharedWithin` with two different values of a type that is limited to
 * one, as userId. Such a device is evidence of a household and not of a person, and links nobody.
 */
export const sharedDevices = (component: Component, settings: ProfileSettings): ReadonlySet<string> => {
  const nodes = new Map(component.nodes.map((node) => [node.id, node]))
  const sightings = component.edges.flatMap((edge) => {
    const a = nodes.get(edge.a)
    const b = nodes.get(edge.b)
    return a && b ? [...sighting(a, b, edge, settings), ...sighting(b, a, edge, settings)] : []
  })
  const shared = new Set<string>()
  for (const seen of groupBy(sightings, ({ device, type }) => `${device.id} ${type}`).values()) {
    const device = seen[0]?.device
    const withinMs = device && identifierRule(settings, device.type).sharedWithinMs
    const spans = seen.map(({ edge }) => edge)
    if (device && typeof withinMs === 'number' && comeClose(spans, withinMs)) shared.add(device.id)
  }
  return shared
}
