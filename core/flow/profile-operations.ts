import type { Identifier } from '../contract/value.ts'
import type { Counts, Decision, Finalist, ReasonCode } from '../decide/decision.ts'
import type { Phase } from '../deliver/settings.ts'
import type { MessageKind } from '../profile/message.ts'
import type { Actor, Page, Paging } from './asking.ts'

export interface ProfileView {
  readonly id: string
  readonly identifiers: readonly Identifier[]
  readonly traits: Readonly<Record<string, unknown>>
  readonly computed: Readonly<Record<string, unknown>>
  readonly consents: Readonly<Record<string, boolean>>
  readonly segments: readonly string[]
  readonly provenance: Readonly<Record<string, unknown>>
}

export interface TimelineEntry {
  readonly kind: 'event'
  readonly messageId: string
  readonly type: MessageKind
  readonly event: string | null
  readonly timestamp: string
  readonly receivedAt: string
  readonly source: string
  readonly properties: Readonly<Record<string, unknown>>
}

export interface Explanation {
  readonly slot: string
  readonly offer: string | null
  readonly decision: Decision | null
  /** As decided, from what was stored then. */
  readonly finalists: readonly Finalist[]
  readonly counts: Counts
  readonly reason: { readonly code: ReasonCode; readonly rule: string | null }
  /** Until when this stays so if nothing else happens, ISO 8601; null: until something does. */
  readonly until: string | null
  readonly revision: string
}

export interface ChannelView {
  readonly connector: string
  readonly channel: string
  readonly phase: Phase
  readonly contact: Identifier
  readonly remoteId: string | null
  readonly desired: Readonly<Record<string, unknown>> | null
  readonly acknowledged: Readonly<Record<string, unknown>> | null
  readonly pending: boolean
  readonly state: string
  readonly error: string | null
}

export interface Profiles {
  readonly listProfiles: (
    paging: Paging & { readonly identifier?: Identifier | undefined },
  ) => Promise<Page<ProfileView>>
  /** Any id that was ever given out for the person, or null. */
  readonly profile: (id: string) => Promise<ProfileView | null>
  readonly timeline: (id: string, paging: Paging) => Promise<Page<TimelineEntry> | null>
  readonly decisions: (id: string) => Promise<readonly Decision[] | null>
  /** null: no such profile; undefined: no such slot. */
  readonly explain: (id: string, slot: string) => Promise<Explanation | null | undefined>
  readonly channels: (id: string) => Promise<readonly ChannelView[] | null>
  /** Says that these identifiers are not the same customer as the rest of the profile. Answers the resulting profile ids. */
  readonly split: (id: string, identifiers: readonly Identifier[], actor: Actor) => Promise<readonly string[] | null>
  readonly exportProfile: (id: string) => Promise<Readonly<Record<string, unknown>> | null>
  /** Erases in the hub at once and queues the erasure in every tool that was sent the person. */
  readonly erase: (
    id: string,
    actor: Actor,
  ) => Promise<{ readonly erased: true; readonly connectors: readonly string[] } | null>
}
