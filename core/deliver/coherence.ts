import type { Placement } from '../rules/registry.ts'
import type { Answer } from './answer.ts'
import type { ChannelPlan } from './channel.ts'
import type { ContactState } from './contact.ts'
import { isRead, type Reading, readingOf } from './reading.ts'

/** Of the customers whom at least two channels reach: whose channels all hold the same answer. */
export interface Share {
  readonly customers: number
  readonly agree: number
  /** Two channels hold different answers that are both known. */
  readonly contradictory: number
  /** agree / customers; 1 where there are no customers. */
  readonly share: number
}
export interface SlotCoherence {
  readonly slot: string
  /** Before the hub's first write, as the tools themselves held it. */
  readonly before: Share
  readonly now: Share
  /** Now, among the channels that are live only. */
  readonly live: Share
}
export interface ChannelCoherence {
  readonly connector: string
  readonly channel: string
  readonly phase: string
  /** Contacts in scope whom the tool knows and may address. */
  readonly inScope: number
  /** Of them, those for whom the hub has an offer in a slot that this tool shows. */
  readonly decided: number
  /** Of them, those for whom the tool held the hub's decision before its first write. */
  readonly agreedBefore: number
  /** Of them, those for whom the tool holds the hub's decision now. */
  readonly agreed: number
  readonly pending: number
  readonly oldestPendingS: number
}
export interface CoherenceReport {
  /** ISO 8601 */
  readonly at: string
  readonly slots: readonly SlotCoherence[]
  readonly channels: readonly ChannelCoherence[]
}

interface Tally {
  customers: number
  agree: number
  contradictory: number
}
const emptyTally = (): Tally => ({ customers: 0, agree: 0, contradictory: 0 })
const shareOf = (tally: Tally): Share => ({
  ...tally,
  share: tally.customers === 0 ? 1 : tally.agree / tally.customers,
})

const count = (tally: Tally, answers: readonly Answer[]): void => {
  const known = answers.flatMap((answer) => (answer.known ? [answer.offer] : []))
  const different = new Set(known).size > 1
  tally.customers++
  if (different) tally.contradictory++
  else if (known.length === answers.length) tally.agree++
}
/** A customer counts where at least two channels were read. */
const countIfTwo = (tally: Tally, readings: readonly Reading[], answer: (reading: Reading) => Answer): void => {
  if (new Set(readings.map((reading) => reading.connector)).size >= 2) count(tally, readings.map(answer))
}
const equal = (answer: Answer, offer: string | null | undefined): boolean =>
  answer.known && offer !== undefined && answer.offer === offer

interface SlotTally {
  readonly before: Tally
  readonly now: Tally
  readonly live: Tally
}
interface ChannelTally {
  inScope: number
  decided: number
  agreedBefore: number
  agreed: number
  pending: number
  oldestDirtyAt: number | null
}

const emptyChannel = (): ChannelTally => ({
  inScope: 0,
  decided: 0,
  agreedBefore: 0,
  agreed: 0,
  pending: 0,
  oldestDirtyAt: null,
})

/**
 * Measures coherence from what the tools hold: `add` each customer's contacts, then ask for the `report`. Contacts
 * without the consent their tool needs, out of scope, or unknown to the tool are left out.
 */
export const coherenceOf = (plans: readonly ChannelPlan[], placements: readonly Placement[], at: number) => {
  const byConnector = new Map(plans.map((plan) => [plan.connector, plan]))
  const slots = new Map<string, SlotTally>(
    placements.map(({ slot }) => [slot, { before: emptyTally(), now: emptyTally(), live: emptyTally() }]),
  )
  const channels = new Map<string, ChannelTally>(plans.map((plan) => [plan.connector, emptyChannel()]))

  const addContact = (state: ContactState, readings: Map<string, Reading[]>): void => {
    const plan = byConnector.get(state.connector)
    const channel = channels.get(state.connector)
    if (plan === undefined || channel === undefined) return
    if (state.dirtyAt !== null && state.dead === null) {
      channel.pending++
      channel.oldestDirtyAt = Math.min(channel.oldestDirtyAt ?? state.dirtyAt, state.dirtyAt)
    }
    if (!isRead(state)) return
    channel.inScope++
    if (Object.values(state.answers).some((offer) => offer !== null)) channel.decided++
    const shown = placements.filter((placement) => placement.connector === state.connector)
    const found = shown.flatMap((placement) => {
      const reading = readingOf(state, plan, placement)
      return reading === null ? [] : [{ slot: placement.slot, reading }]
    })
    for (const { slot, reading } of found) readings.set(slot, [...(readings.get(slot) ?? []), reading])
    const all = (answer: (reading: Reading) => Answer) =>
      found.length > 0 && found.every(({ slot, reading }) => equal(answer(reading), state.answers[slot]))
    if (all((reading) => reading.before)) channel.agreedBefore++
    if (all((reading) => reading.now)) channel.agreed++
  }

  return {
    add: (contacts: readonly ContactState[]): void => {
      const readings = new Map<string, Reading[]>()
      for (const state of contacts) addContact(state, readings)
      for (const [slot, of] of readings) {
        const tally = slots.get(slot)
        if (tally === undefined) continue
        countIfTwo(tally.before, of, (reading) => reading.before)
        countIfTwo(tally.now, of, (reading) => reading.now)
        countIfTwo(
          tally.live,
          of.filter((reading) => reading.live),
          (reading) => reading.now,
        )
      }
    },
    report: (): CoherenceReport => ({
      at: new Date(at).toISOString(),
      slots: [...slots].map(([slot, tally]) => ({
        slot,
        before: shareOf(tally.before),
        now: shareOf(tally.now),
        live: shareOf(tally.live),
      })),
      channels: plans.map((plan) => {
        const { oldestDirtyAt, ...tally } = channels.get(plan.connector) ?? emptyChannel()
        return {
          connector: plan.connector,
          channel: plan.settings.channel,
          phase: plan.phase,
          ...tally,
          oldestPendingS: oldestDirtyAt === null ? 0 : Math.max(0, Math.round((at - oldestDirtyAt) / 1_000)),
        }
      }),
    }),
  }
}
