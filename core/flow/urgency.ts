import { type Lane, lanes } from '../deliver/contact.ts'

/**
 * Among all requests to one tool: 0 goes first, 9 last. Consent and erasure wait behind nothing, then comes what a person or a
 * webhook asks for; looking round and backfills take what is left.
 */
export const urgencies = {
  consent: 0,
  asked: 1,
  decision: 3,
  inflow: 5,
  repair: 6,
  sweep: 7,
  backfill: 8,
} as const
export type Urgency = keyof typeof urgencies

const ofLane: Readonly<Record<Lane, Urgency>> = {
  [lanes.consent]: 'consent',
  [lanes.decision]: 'decision',
  [lanes.repair]: 'repair',
  [lanes.backfill]: 'backfill',
}
/** Of contacts that are sent together: as urgent as the most urgent of them. An erasure always is. */
export const urgencyOf = (contacts: readonly { readonly lane: Lane; readonly aim: string }[]): Urgency =>
  contacts.reduce<Urgency>((most, { lane, aim }) => {
    const own = aim === 'erase' ? 'consent' : ofLane[lane]
    return urgencies[own] < urgencies[most] ? own : most
  }, 'backfill')
