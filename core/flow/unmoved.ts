import type { Component } from '../profile/component.ts'
import { groupBy } from '../profile/order.ts'
import { remembered } from '../profile/remembered.ts'
import type { Condition } from '../rules/condition.ts'
import { leavesOf } from '../rules/leaves.ts'
import { sameEvidence } from '../store/evidence.ts'
import type { WorkingSet } from '../store/port.ts'
import type { Basis } from './basis.ts'
import { isFresh } from './fresh.ts'

const eventsIn = (when: Condition | undefined): readonly string[] =>
  when === undefined ? [] : leavesOf(when).flatMap(({ leaf }) => ('event' in leaf ? leaf.event : []))

/** The events that anything may hang on under a basis: an answer, a computed trait, a connector's scope. */
const eventsRead = remembered(({ program, settings, plans }: Basis): ReadonlySet<string> => {
  const computed = Object.values(settings.computed).map(({ event }) => event)
  return new Set([...program.reads.events, ...computed, ...plans.flatMap((plan) => eventsIn(plan.settings.scope))])
})

/** Whether every tool's contacts of theirs are known: one that a tool has erased is made anew by deciding. */
const isWhole = ({ nodes }: Component, { contacts }: WorkingSet, { plans }: Basis): boolean => {
  const isKnown = (connector: string, node: string): boolean =>
    contacts.get(node)?.some((contact) => contact.connector === connector && contact.aim !== 'erase') === true
  return plans.every(({ connector, settings, phase }) => {
    const theirs = phase === 'off' ? [] : nodes.filter(({ type }) => type === settings.contact.key)
    return theirs.every(({ id }) => isKnown(connector, id))
  })
}

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
    if (component.nodes.some(({ id }) => moving.has(id)) || !isWhole(component, set, basis)) return false
    return decided.every((row) => isFresh(row, basis, at))
  }
  return new Set(components.filter(isUnmoved).map(({ id }) => id))
}
