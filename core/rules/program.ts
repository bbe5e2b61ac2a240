import type { Profile } from '../profile/profile.ts'
import type { Offer, Placement, Registry, Rule, Slot } from './registry.ts'

/** What a request adds to a profile: page, device, basket. Absent when a decision is made for later. */
export type RequestContext = Readonly<Record<string, unknown>>

/** Never: the instant of an answer that only new data can change. */
export const never = Number.POSITIVE_INFINITY

/** A condition's answer, and until when (epoch ms, exclusive) it stays so if nothing else happens. */
export interface Verdict {
  readonly holds: boolean
  readonly until: number
}
/** A rule whose audience, schedule and offer (validity, `eligible`, variables) all hold. */
export interface Candidate {
  readonly rule: Rule
  readonly offer: Offer
  /** weight x value. */
  readonly score: number
}
/** A rule that failed, and at which stage. */
export interface Dropped {
  readonly rule: string
  readonly stage: 'schedule' | 'validity' | 'eligible' | 'content'
}
export interface SlotVerdict {
  readonly candidates: readonly Candidate[]
  /** Rules whose audience matched and that failed later. Rules whose audience did not match are only counted. */
  readonly dropped: readonly Dropped[]
  readonly notInAudience: number
}
/** All that the registry says of one profile at one instant. Lazy: a slot costs nothing until it is asked. */
export interface Evaluation {
  readonly at: number
  /** Keys in file order. */
  readonly segments: () => readonly string[]
  readonly inSegment: (key: string) => boolean
  readonly slot: (key: string) => SlotVerdict
  /** A trait's or computed trait's value at this instant; undefined where there is none. */
  readonly trait: (path: string) => unknown
  /** The minimum over everything asked so far. */
  readonly until: () => number
}
/** Rendered content of one placement: which offer's, in which locale, from which values. */
export interface Content {
  readonly locale: string
  readonly fields: Readonly<Record<string, string>>
}

/**
 * What the registry's answers depend on: new data about anything else leaves them as they are. A computed trait stands
 * under its own name, and its event under `events`.
 */
export interface Reads {
  readonly traits: ReadonlySet<string>
  readonly events: ReadonlySet<string>
  readonly consents: ReadonlySet<string>
}

/** A revision, compiled once: conditions to closures over slots, one index over the rules of all slots, templates parsed. Pure and immutable. */
export interface Program {
  readonly revision: string
  readonly registry: Registry
  readonly slots: ReadonlyMap<string, Slot>
  readonly placements: ReadonlyMap<string, Placement>
  readonly offers: ReadonlyMap<string, Offer>
  readonly reads: Reads
  /**
   * Without a context, `{ context: … }` leaves count as satisfied (they may only withhold later);
   * with one they are read.
   */
  readonly evaluate: (profile: Profile, at: number, context?: RequestContext) => Evaluation
  /** One condition that need not be in the registry, as a connector's scope. Compiled on first use and kept. */
  readonly holds: (when: unknown, profile: Profile, at: number) => Verdict
  /** Whether a rule, or its offer's `eligible`, has context leaves. */
  readonly readsRequest: (rule: string) => boolean
  /** Whether the winning rule's context leaves let it be shown in this request. */
  readonly withheld: (rule: string, profile: Profile, at: number, context: RequestContext) => boolean
  /** Trait paths that an offer's content for a placement reads, in any locale: for the allow-list and for what is compared. */
  readonly variables: (offer: string, placement: string) => readonly string[]
  /** Changes whenever the offer's content for this placement does. */
  readonly contentRevision: (offer: string | null, placement: string) => string
  /** The known locale that a customer's own comes to: all that rendering makes of it. */
  readonly nearest: (locale: unknown) => string | null
  /** The content for an offer, or null where a required field has none or a variable is missing: then the fallback is shown. */
  readonly render: (
    offer: string,
    placement: string,
    locale: string | null,
    value: (trait: string) => unknown,
  ) => Content | null
  readonly fallback: (placement: string, locale: string | null) => Content
  /** Liquid over one value, in the customer's language; null where a filter cannot take the value. */
  readonly transform: (text: string, locale: string | null, value: string | number | boolean) => string | null
}
