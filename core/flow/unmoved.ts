import type { Component } from '../profile/component.ts'
import { groupBy } from '../profile/order.ts'
import { remembered } from '../profile/remembered.ts'
import { condition } from '../rules/condition.ts'
import { leavesOf } from '../rules/leaves.ts'
import { sameEvidence } from '../store/evidence.ts'
import type { WorkingSet } from '../store/port.ts'
import type { Basis } from './basis.ts'
import { isFresh } from './fresh.ts'

const eventsIn = (when: unknown): readonly string[] =>
  when === undefined ? [] : leavesOf(condition.parse(when)).flatMap(({ leaf }) => ('event' in leaf ? leaf.event : []))

/** The events that anything may hang on under a basis: an answer, a computed trait, a connector's scope. */
const eventsRead = remembered(({ program, settings, plans }: Basis): ReadonlySet<string> => {
  const computed = Object.values(settings.computed).map(({ event }) => event)
  return new Set([...program.reads.events, ...computed, ...plans.flatMap((plan) => eventsIn(plan.settings.scope))])
})

/**
 * The components of which everything that was stored still holds: what was said of them are events that nothing hangs
 * on, and nothing of theirs has fallen due. They need not be decided again.
 */
export const unmoved = (
  set: WorkingSet,
  components: readonly Component[],
  said: readonly Component[],
  basis: Basis,
  at: number,
): ReadonlySet<string> => {
  const read = eventsRead(basis)
  const moving = new Set(said.flatMap(({ events }) => events.flatMap(({ name, node }) => (read.has(name) ? node : []))))
  const before = new Map(set.components.map((component) => [component.id, component]))
  const rows = groupBy(set.profiles, (row) => row.component)
  const isUnmoved = (component: Component): boolean => {
    const [stored, decided] = [before.get(component.id), rows.get(component.id)]
    if (stored === undefined || decided === undefined || !sameEvidence(stored, component)) return false
    return decided.every((row) => isFresh(row, basis, at)) && !component.nodes.some(({ id }) => moving.has(id))
  }
  return new Set(components.filter(isUnmoved).map(({ id }) => id))
}
