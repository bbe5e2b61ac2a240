import type { Holding } from '../contract/change.ts'
import type { Placement } from '../rules/registry.ts'
import { type Answer, observedAnswer, presentAnswer } from './answer.ts'
import type { ChannelPlan } from './channel.ts'
import type { ContactState } from './contact.ts'

/** One channel's answers for one customer and slot, as its tool shows them. */
export interface Reading {
  readonly connector: string
  readonly live: boolean
  /** As it was before the hub's first write. */
  readonly before: Answer
  readonly now: Answer
}

/** Whether what a tool shows a contact counts: the person is addressed through it, and it was looked at and knows them. */
export const isRead = (state: ContactState): state is ContactState & { readonly observed: Holding } =>
  state.standing === 'active' && state.observed !== null

/** null: the tool was not looked at, or has no such contact. */
export const readingOf = (state: ContactState, plan: ChannelPlan, placement: Placement): Reading | null => {
  const holding = state.observed
  if (holding === null) return null
  const past = state.touchedAt === null ? holding : state.baseline
  const before = past === null ? { known: true as const, offer: null } : observedAnswer(placement, past)
  return {
    connector: plan.connector,
    live: plan.phase === 'live',
    before,
    now: presentAnswer(placement, plan.lines, state, holding),
  }
}
