import type { Identifier } from '../contract/value.ts'

export const messageKinds = ['identify', 'track', 'page', 'screen', 'group', 'alias'] as const
export type MessageKind = (typeof messageKinds)[number]

/** Why the event time is not what the sender stated: `skewed` (device clock corrected), `future` (clamped to receipt). */
export type TimeFlag = 'skewed' | 'future'

/** One statement of a source about one person, normalised once at the edge. Immutable, and the only input of a profile. */
export interface Message {
  /** An API key's name or a connector's key. */
  readonly source: string
  /** Unique within its source, for ever. */
  readonly id: string
  /** Of the canonical body without sentAt and transport: tells a repeat from a re-used id. */
  readonly hash: string
  readonly kind: MessageKind
  /** What conditions call it: a track's event name, `Page Viewed`, `Screen Viewed`; null for the others. */
  readonly event: string | null
  /** Event time, corrected for clock skew; epoch milliseconds. */
  readonly at: number
  readonly sentAt: number | null
  readonly receivedAt: number
  readonly flag: TimeFlag | null
  /** Normalised, without blocked values, strongest first. The first is the subject; none: an event without a profile. */
  readonly identifiers: readonly Identifier[]
  /** identify: flattened, `subscription.endsAt`; null withdraws this source's statement. */
  readonly traits: ReadonlyMap<string, unknown>
  readonly properties: Readonly<Record<string, unknown>>
  readonly consents: Readonly<Record<string, boolean>>
  /** The body as it came: stored unchanged. */
  readonly body: Readonly<Record<string, unknown>>
}

/** Why one message was not taken; its neighbours are. */
export interface Refusal {
  readonly code: 'invalid' | 'no_identifier' | 'too_large' | 'conflict'
  readonly detail: string
}
