import type { ObservedRule } from '../contract/content.ts'
import type { Offer, Placement } from '../rules/registry.ts'
import { observedAnswer } from './answer.ts'
import type { ContactState } from './contact.ts'
import { isRead } from './reading.ts'

/** A tool shows so many customers something of its own where the hub has decided otherwise. */
export interface Contradiction {
  readonly placement: string
  readonly slot: string
  /** The offer of ours that the tool shows by itself. */
  readonly shows: string
  readonly customers: number
}

const asWord = (name: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}-])${name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}(?![\\p{L}\\p{N}-])`, 'iu')

/** Offers of ours that a rule of the tool names, by key or product, while it is active: the tool decides of them, too. */
export const offersNamedBy = ({ active, name, says }: ObservedRule, offers: readonly Offer[]): readonly string[] => {
  if (!active) return []
  const text = `${name}\n${says ?? ''}`
  return offers.flatMap(({ key, products }) =>
    [key, ...products].some((word) => asWord(word).test(text)) ? [key] : [],
  )
}

/** Counts contradictions in one tool from what its contacts hold: `add` each contact, then ask for the `report`. */
export const contradictionsIn = (placements: readonly Placement[]) => {
  const counts = new Map<string, Contradiction>()
  const note = ({ key: placement, slot }: Placement, shows: string): void => {
    const name = `${placement}\0${shows}`
    const customers = (counts.get(name)?.customers ?? 0) + 1
    counts.set(name, { placement, slot, shows, customers })
  }
  return {
    add: (state: ContactState): void => {
      if (!isRead(state)) return
      const { observed, answers } = state
      for (const placement of placements) {
        const shown = observedAnswer(placement, observed)
        if (shown.known && shown.offer !== null && shown.offer !== (answers[placement.slot] ?? null))
          note(placement, shown.offer)
      }
    },
    report: (): readonly Contradiction[] => [...counts.values()].sort((a, b) => b.customers - a.customers),
  }
}
