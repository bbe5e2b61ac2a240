import type { SetupReport } from '../contract/connector.ts'
import type { FieldValue, Identifier } from '../contract/value.ts'
import type { RawRequest } from '../contract/webhook.ts'
import type { Counts, Decision, Finalist, ReasonCode } from '../decide/decision.ts'
import type { CoherenceReport } from '../deliver/coherence.ts'
import type { Gate } from '../deliver/gates.ts'
import type { Phase } from '../deliver/settings.ts'
import type { MessageKind } from '../profile/message.ts'
import type { Condition } from '../rules/condition.ts'
import type { Registry } from '../rules/registry.ts'
import type { EntryChange } from '../rules/registry-difference.ts'
import type { BrowserKey } from '../store/port.ts'
import type { Foreseen } from './foreseeing.ts'

/** Who acts: an API key's name. It is the source of messages and stands in the audit. */
export interface Actor {
  readonly name: string
  /** Of a public key: whoever reads the page can act with it. */
  readonly browser?: BrowserKey
}
export interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | null
}
export interface Paging {
  readonly limit: number
  readonly cursor: string | null
}

export interface IngestAnswer {
  readonly accepted: number
  /** Of these, how many were known from before, so that nothing changed. */
  readonly repeated: number
  readonly refused: readonly {
    readonly index: number
    readonly messageId: string | null
    readonly code: string
    readonly detail: string
  }[]
}
/** The hub is behind: come back later. */
export interface Behind {
  readonly retryAfterS: number
}
export interface Ingest {
  /**
   * Messages of one request. Resolves after the durable commit. `kind` is what the route says where the body does not.
   * A message that was seen before counts as accepted.
   */
  readonly ingest: (
    messages: readonly unknown[],
    how: {
      readonly actor: Actor
      readonly sentAt: number | null
      readonly kind?: MessageKind | undefined
      /** Out of a file: a message that names nobody is stored as an event without a profile, and one may be as long as the request. */
      readonly imported?: boolean | undefined
    },
  ) => Promise<IngestAnswer | Behind>
}

/** How far a sender has come with a file, as it counts itself. */
export interface ImportProgress {
  /** So many messages and unreadable lines of the file are done with. */
  readonly position: number
  readonly accepted: number
  readonly repeated: number
  readonly refused: readonly { readonly code: string; readonly count: number; readonly lines: readonly number[] }[]
}
export interface Imports {
  /** null: nothing is noted, so the file starts at its beginning. */
  readonly importProgress: (id: string, actor: Actor) => Promise<ImportProgress | null>
  /** null: it is done with. */
  readonly noteImport: (id: string, progress: ImportProgress | null, actor: Actor) => Promise<void>
}

export interface PlacementDecision {
  readonly placement: string
  readonly slot: string
  readonly offer: string | null
  readonly variant: string
  readonly content: Readonly<Record<string, string>>
  readonly decisionId: string | null
  readonly reason: { readonly code: ReasonCode; readonly rule: string | null }
}
export interface DecideRequest {
  /** identifier type -> value */
  readonly profile: Readonly<Record<string, string>>
  readonly placements?: readonly string[] | undefined
  readonly context?: Readonly<Record<string, unknown>> | undefined
  readonly locale?: string | undefined
}
export interface Decided {
  readonly profileId: string
  readonly revision: string
  readonly decisions: readonly PlacementDecision[]
}
export interface UnknownPlacements {
  readonly unknownPlacements: readonly string[]
}
export interface Decide {
  /** At once where the customer is familiar. `unknownPlacements` where a placement is not in the registry. */
  readonly decide: (request: DecideRequest) => Decided | UnknownPlacements | Promise<Decided | UnknownPlacements>
}

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

export interface RevisionView {
  readonly revision: string
  readonly publishedAt: string
  readonly by: string
  readonly current: boolean
}
export interface RegistryOperations {
  readonly registry: () => { readonly revision: string; readonly registry: Registry }
  readonly revisions: (paging: Paging) => Promise<Page<RevisionView>>
  /**
   * Reads all config and rule files again and makes the rules the current revision, atomically, together with the rest;
   * everybody is decided again in the background.
   */
  readonly publish: (
    actor: Actor,
  ) => Promise<{ readonly revision: string; readonly changed: boolean } | { readonly problems: readonly string[] }>
}

/** What became of reading the config files again. */
export type Reloaded =
  | {
      /** Paths of what differs from before, `connectors.mail.map`; the hub runs by it now. */
      readonly changed: readonly string[]
      readonly waiting: readonly EntryChange[]
    }
  /** Nothing has changed. */
  | { readonly problems: readonly string[] }
export interface ConfigView {
  /** When the config was taken over that the hub runs by. */
  readonly loadedAt: string
  /** Why the files, as they were last read, could not be taken over. */
  readonly problems: readonly string[]
  /** How the rule files differ from the current revision: they wait for a publication. */
  readonly waiting: readonly EntryChange[]
}
export interface ConfigOperations {
  /** Reads all config and rule files again, and takes over all of it, or nothing. Rules wait for a publication. */
  readonly reload: (actor: Actor) => Promise<Reloaded>
  readonly config: () => ConfigView
  /** What a reload would change, and whom it would write to; changes nothing. Rules wait for a publication, so they are as they are. */
  readonly plan: () => Promise<
    | { readonly changed: readonly string[]; readonly connectors: readonly Foreseen[] }
    | { readonly problems: readonly string[] }
  >
}

export interface ConnectorView {
  readonly id: string
  readonly use: string
  readonly title: string
  readonly channel: string
  readonly phase: Phase
  readonly phaseSince: string
  readonly health: 'ok' | 'paused' | 'failing' | 'off'
  readonly problem: string | null
  readonly account: string | null
  readonly contacts: number
  readonly pending: number
  readonly deadLetters: number
  readonly lagS: number
  readonly sandbox: { readonly url: string } | null
}
export interface DeliveryView {
  readonly at: string
  readonly contact: string
  readonly outcome: string
  readonly reason: string | null
  readonly fields: Readonly<Record<string, FieldValue>>
}
export interface ShadowView {
  readonly at: string
  readonly contact: string
  readonly would: Readonly<Record<string, FieldValue>>
  readonly holds: Readonly<Record<string, FieldValue>> | null
}
export interface DeadLetterView {
  readonly contact: string
  readonly since: string
  readonly attempts: number
  readonly reason: string
}
/** A wish that the present state forbids; `detail` says what to do instead. */
export interface Denied {
  readonly denied: string
}
export interface Connectors {
  readonly connectors: () => Promise<readonly ConnectorView[]>
  readonly connector: (id: string) => Promise<ConnectorView | null>
  /** `skewS`: by how many seconds the tool's clock is ahead of ours; null: it does not tell. */
  readonly check: (
    id: string,
  ) => Promise<{ readonly account: string; readonly epoch: string; readonly skewS: number | null } | Denied>
  readonly setup: (id: string, actor: Actor) => Promise<SetupReport | Denied>
  readonly pull: (id: string) => Promise<{ readonly records: number } | Denied>
  /** Puts back in the queue what was given up: dead letters, and what is not written because others keep changing or refusing it. */
  readonly replay: (id: string, actor: Actor) => Promise<{ readonly replayed: number } | Denied>
  readonly setPhase: (id: string, phase: Phase, actor: Actor) => Promise<{ readonly phase: Phase } | Denied>
  /** What the phase asks for, and what of it is there. */
  readonly gates: (id: string, phase: Phase) => Promise<readonly Gate[]>
  readonly shadow: (id: string, paging: Paging) => Promise<Page<ShadowView>>
  readonly deliveries: (id: string, paging: Paging) => Promise<Page<DeliveryView>>
  readonly deadLetters: (id: string, paging: Paging) => Promise<Page<DeadLetterView>>
  /** `later`: the tool cannot be asked at present what it hinted at, so it should say so again. */
  readonly webhook: (id: string, request: RawRequest) => Promise<'accepted' | 'forged' | 'pinged' | 'unknown' | 'later'>
}

export interface Reports {
  readonly coherence: () => Promise<CoherenceReport>
  readonly phases: () => Promise<
    readonly { readonly connector: string; readonly phase: Phase; readonly at: string; readonly by: string }[]
  >
  readonly deliveryTotals: () => Promise<
    readonly { readonly connector: string; readonly outcome: string; readonly count: number }[]
  >
}

export interface CountAnswer {
  readonly count: number
  /** How many changes the hub had committed: two answers of one number rest on the same data. */
  readonly seq: number
  /** The instant at which the count is exact, ISO 8601. */
  readonly at: string
}
export interface Counting {
  /** Over all customers, exact; `problems` where the condition does not fit the registry or profile.yaml. */
  readonly count: (when: Condition) => Promise<CountAnswer | { readonly problems: readonly ConditionProblem[] }>
}
export interface ConditionProblem {
  /** Into the condition, such as `all, 0, trait`. */
  readonly path: readonly PropertyKey[]
  readonly message: string
  /** The known name that was probably meant. */
  readonly nearest?: string | undefined
}

export interface KeyView {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly createdAt: string
  readonly kind: 'secret' | 'public'
  /** Of a public key: the origins of the pages that may use it. */
  readonly origins: readonly string[]
}
export interface KeyWish {
  readonly name: string
  readonly scopes: readonly string[]
  /** Stated, they make the key public. */
  readonly origins?: readonly string[] | undefined
}
/** `signingSecret` only of a public key. */
export type CreatedKey = KeyView & { readonly key: string; readonly signingSecret?: string | undefined }
/** Whom a key admits, and to what. */
export interface Admitted {
  readonly actor: Actor
  readonly scopes: readonly string[]
}
export interface Keys {
  /** Whom a presented key admits, or null; at once where the keys were read before. */
  readonly authenticate: (presented: string) => Admitted | null | Promise<Admitted | null>
  readonly keys: () => Promise<readonly KeyView[]>
  /** Whether a public key that was not revoked names this origin. */
  readonly knowsOrigin: (origin: string) => Promise<boolean>
  /** The only time that the key itself is told. */
  readonly createKey: (wish: KeyWish, actor: Actor) => Promise<CreatedKey>
  readonly revokeKey: (id: string, actor: Actor) => Promise<boolean>
}

export interface Upkeep {
  readonly about: () => { readonly version: string; readonly node: string; readonly at: string }
  /** A new file that holds a consistent copy of the store; whoever asked discards it. It is everything about everybody: the audit says who had it. */
  readonly backup: (actor: Actor) => Promise<{ readonly file: string; readonly discard: () => void }>
}

/** All that the outside may ask of a running hub. HTTP and command line know nothing else of it. */
export interface Operations
  extends Ingest,
    Decide,
    Profiles,
    RegistryOperations,
    Counting,
    ConfigOperations,
    Connectors,
    Reports,
    Keys,
    Imports,
    Upkeep {
  readonly readiness: () => { readonly ready: boolean; readonly waitingFor: readonly string[] }
  /** Prometheus text. */
  readonly metrics: () => Promise<string>
}
