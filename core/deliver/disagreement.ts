import type { Placement } from '../rules/registry.ts'
import type { ChannelPlan } from './channel.ts'
import type { ContactState } from './contact.ts'
import { isRead, readingOf } from './reading.ts'

/** A customer whose channels show different offers for one slot at this moment. */
export interface Disagreement {
  readonly profile: string
  readonly slot: string
  /** What each channel shows whose answer is known; null: nothing. */
  readonly shown: readonly { readonly connector: string; readonly offer: string | null }[]
}

type Shown = Disagreement['shown'][number]

const shownIn = (state: ContactState, plan: ChannelPlan, placement: Placement): Shown[] => {
  const now = readingOf(state, plan, placement)?.now
  return now?.known ? [{ connector: plan.connector, offer: now.offer }] : []
}

/** Of one customer's contacts: the slots in which two channels, whose answers are known, show different ones. */
export const disagreementsIn = (
  contacts: readonly ContactState[],
  plans: readonly ChannelPlan[],
  placements: readonly Placement[],
): readonly Disagreement[] => {
  const [first] = contacts
  if (first === undefined) return []
  const slots = [...new Set(placements.map(({ slot }) => slot))]
  return slots.flatMap((slot) => {
    const shown = contacts.filter(isRead).flatMap((state) => {
      const plan = plans.find(({ connector }) => connector === state.connector)
      const own = placements.filter((one) => one.slot === slot && one.connector === state.connector)
      return plan === undefined ? [] : own.flatMap((placement) => shownIn(state, plan, placement))
    })
    const channels = new Set(shown.map(({ connector }) => connector))
    const offers = new Set(shown.map(({ offer }) => offer))
    return channels.size > 1 && offers.size > 1 ? [{ profile: first.profile, slot, shown }] : []
  })
}
