import type { Holding, Membership } from '../contract/change.ts'
import type { FieldValue, Identifier } from '../contract/value.ts'

/** What a tool should hold for a contact, in the tool's own names: hub-owned fields and memberships only. */
export interface Desired {
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly memberships: readonly (Membership & { readonly member: boolean })[]
  /** Which offer each mapped placement then shows (null: its fallback). For audits; never sent by itself. */
  readonly offers: Readonly<Record<string, string | null>>
}

/** Whether the person is to be addressed through this tool at all. `withdrawn`: the consent it needs is not there. */
export type Standing = 'active' | 'out' | 'withdrawn'

/**
 * What is to be done about a contact: `hold` the desired state, `clear` our fields, `retract` (give back what the tool
 * held before us), `record` what would be written, `erase` the person, or `leave` it alone.
 */
export type Aim = 'hold' | 'clear' | 'retract' | 'record' | 'erase' | 'leave'

/** Who waits for whom: consent and erasure never wait behind anything. */
export const lanes = { consent: 0, decision: 1, repair: 2, backfill: 3 } as const
export type Lane = (typeof lanes)[keyof typeof lanes]

/** What went out to a tool for one contact: of which state, and what the tool should hold then. A verdict is about that. */
export interface Sent {
  readonly contact: Pick<ContactState, 'epoch' | 'aim' | 'wanted' | 'desired'>
  /** What is wanted, and what is given back. */
  readonly desired: Desired
}

/** What a tool goes on doing with what was sent, after its answer. */
export interface Job {
  /** It is asked about by this; null: the tool has not answered, and may have made a job of what it was sent. */
  readonly ticket: string | null
  readonly since: number
  readonly sent: Sent
}

/** When somebody else changed what is ours in a tool: by the name of the field or membership, within the last day. */
export type Drifts = Readonly<Record<string, readonly number[]>>

/** Desired and acknowledged state of one contact: a tool's record tied to an identifier. Keyed by (connector, node). */
export interface ContactState {
  readonly connector: string
  readonly node: string
  readonly profile: string
  readonly key: Identifier
  readonly remoteId: string | null
  readonly standing: Standing
  readonly aim: Aim
  /** The hub's answer for each slot that this tool shows: offer, or null for none. */
  readonly answers: Readonly<Record<string, string | null>>
  /** The tool's account and its age, as check() told; another one makes all that we know of the tool unknown. */
  readonly epoch: string
  readonly desired: Desired | null
  /** Of aim and desired: what is wanted. Equal to `settled` when the tool confirmed it (or it was given up). */
  readonly wanted: string
  readonly settled: string | null
  /** What the tool last confirmed of our fields; null: we never wrote. */
  readonly held: Desired | null
  /** What was last sent to be held, though the tool has not confirmed it; null: nothing is open. */
  readonly tried: Desired | null
  /** The tool was once sent this person, though all was given back since: an erasure is owed to it. */
  readonly told: boolean
  /** While it is open nothing else is sent; null: none is. */
  readonly job: Job | null
  /** When we first tried to write, successfully or not; null: never. */
  readonly touchedAt: number | null
  /** What the tool held before our first write; null: it had no such contact, or we never wrote. */
  readonly baseline: Holding | null
  /** What the tool held when we last looked; null: not looked, or it has no such contact (`observedAt` tells). */
  readonly observed: Holding | null
  readonly observedAt: number | null
  readonly drifts: Drifts
  readonly lane: Lane
  /** Since when it waits; null: at rest. */
  readonly dirtyAt: number | null
  readonly attempts: number
  readonly nextTryAt: number
  /** Why it was given up: a dead letter until something new is wanted or it is replayed. */
  readonly dead: string | null
}
