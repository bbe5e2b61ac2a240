import type { Holding } from '../contract/change.ts'
import type { Placement } from '../rules/registry.ts'
import type { ContactState } from './contact.ts'
import type { MapLine } from './map.ts'

/** What a tool shows a customer for a slot: an offer, nothing (null), or something that nobody has told us the meaning of. */
export type Answer = { readonly known: true; readonly offer: string | null } | { readonly known: false }
const unknown: Answer = { known: false }

/** What the tool shows by itself, read through the placement's `observed` mapping. An empty field shows nothing; an unmapped value is unknown, never agreement. */
export const observedAnswer = (placement: Placement, holding: Holding): Answer => {
  if (placement.observed === undefined) return unknown
  const value = holding.fields[placement.observed.field] ?? null
  if (value === null || value === '') return { known: true, offer: null }
  const offer = placement.observed.values[String(value)]
  return offer === undefined ? unknown : { known: true, offer }
}

const fieldsOf = (lines: readonly MapLine[], placement: string): readonly string[] =>
  lines.flatMap(({ source, target }) =>
    source.kind === 'placement' && source.placement === placement && target.kind === 'field' ? [target.field] : [],
  )

/**
 * What the tool shows now: where the hub writes this placement, the hub's offer while every one of its fields is as
 * desired, and unknown when somebody has changed one; else what the tool shows by itself.
 */
export const presentAnswer = (
  placement: Placement,
  lines: readonly MapLine[],
  state: ContactState,
  holding: Holding,
): Answer => {
  const fields = fieldsOf(lines, placement.key)
  const ours = state.touchedAt !== null && state.held !== null && placement.key in state.held.offers
  if (!ours || fields.length === 0 || state.held === null) return observedAnswer(placement, holding)
  const desired = state.held.fields
  const intact = fields.every((field) => (holding.fields[field] ?? '') === (desired[field] ?? ''))
  return intact ? { known: true, offer: state.held.offers[placement.key] ?? null } : unknown
}
