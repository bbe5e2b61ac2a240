import type { Basis } from './basis.ts'
import type { Core } from './core.ts'
import { isFresh } from './fresh.ts'
import type { Decided, PlacementDecision } from './operations.ts'
import type { Seen } from './redecide.ts'
import type { Customer } from './refresh.ts'

/** An answer in which nothing depends on what a request brings but these. */
export interface Standing {
  readonly locale: string | null
  readonly wanted: readonly string[]
  readonly decided: Decided
}
/** A customer who was decided, and what the placements were found to show. */
export interface Familiar {
  readonly customer: Customer
  /** Under what: an answer must not mix two. */
  readonly basis: Basis
  /** By locale, then by placement: only what is the same for every request, whatever its context. */
  readonly shown: Map<string | null, Map<string, PlacementDecision>>
  /** The latest of these answers: who asks again mostly asks the same. */
  standing: Standing | null
}
interface Met {
  /** Epoch ms, exclusive: until then nothing of what is stored falls due. */
  readonly until: number
  readonly familiar: Familiar
}
export interface Familiars {
  /** Who is familiar under this node, and still is exactly as then; null: look. */
  readonly find: (node: string, at: number) => Familiar | null
  /** Whoever was seen under a node; `mark` is what the store gave for it before. */
  readonly meet: (node: string, mark: object | null, customer: Customer, seen: Seen) => Familiar
}

const dueAt = ({ set }: Seen): number =>
  set.profiles.reduce((least, row) => Math.min(least, row.dueAt ?? least), Number.POSITIVE_INFINITY)

/**
 * Customers who need not be looked at again: what the store holds of them has not changed, nor has what it is judged
 * under, and nothing has changed by itself. Everything is kept with the store's mark, and is gone together with it.
 */
export const createFamiliars = (core: Core): Familiars => {
  const met = new WeakMap<object, Map<string, Met>>()
  const keep = (mark: object, node: string, made: Met): void => {
    const others = met.get(mark) ?? new Map<string, Met>()
    met.set(mark, others.set(node, made))
  }
  return {
    find: (node, at) => {
      const mark = core.store.mark(node)
      const known = mark === null ? undefined : met.get(mark)?.get(node)
      if (known === undefined || known.familiar.basis !== core.basis() || at >= known.until) return null
      const { evaluation } = known.familiar.customer
      return at < evaluation.until() ? known.familiar : null
    },
    meet: (node, mark, customer, seen) => {
      const { set, basis } = seen
      const familiar: Familiar = { customer, basis, shown: new Map(), standing: null }
      const isStored = set.profiles.every((row) => isFresh(row, basis, seen.at))
      // Somebody may have written between the mark and the reading: then nothing tells which of the two was read.
      if (mark !== null && mark === core.store.mark(node) && isStored)
        keep(mark, node, { until: Math.min(dueAt(seen), customer.answers.until), familiar })
      return familiar
    },
  }
}
