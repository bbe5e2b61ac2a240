import type { Component } from '../profile/component.ts'
import type { WorkingSet } from '../store/port.ts'
import type { Basis } from './basis.ts'
import { glance, type Look } from './redecide.ts'
import type { Refreshed } from './refresh.ts'

interface Recalled {
  readonly basis: Basis
  /** By the component's nodes. */
  readonly decisions: readonly unknown[]
  readonly refreshed: Refreshed
}

const decisionsOf = ({ nodes }: Component, set: WorkingSet): readonly unknown[] =>
  nodes.map(({ id }) => set.decisions.get(id))

/** Every predicate says until when it stays as it is: so long an evaluation need not be repeated. */
const isExact = (
  { basis, decisions, refreshed }: Recalled,
  now: Basis,
  facts: readonly unknown[],
  at: number,
): boolean =>
  basis === now &&
  refreshed.customers.every(({ evaluation, answers }) => at < Math.min(evaluation.until(), answers.until)) &&
  facts.every((list, place) => list === decisions[place])

/**
 * Looks at a component as it was looked at before, while nothing about it has changed and nothing could change by itself.
 * Its evaluations are of an earlier instant: who asks one of them for more has to see to it that `until` is still to come.
 */
export const createRecall = (): Look => {
  const recalled = new WeakMap<Component, Recalled>()
  return (set, basis, at) => {
    const [component, ...others] = set.components
    if (component === undefined || others.length > 0 || set.vetoes.length > 0) return glance(set, basis, at)
    const decisions = decisionsOf(component, set)
    const known = recalled.get(component)
    if (known !== undefined && isExact(known, basis, decisions, at)) return known.refreshed
    const refreshed = glance(set, basis, at)
    recalled.set(component, { basis, decisions, refreshed })
    return refreshed
  }
}
