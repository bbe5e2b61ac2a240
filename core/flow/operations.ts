import type { ReasonCode } from '../decide/decision.ts'
import type { CoherenceReport } from '../deliver/coherence.ts'
import type { Disagreement } from '../deliver/disagreement.ts'
import type { Phase } from '../deliver/settings.ts'
import type { MessageKind } from '../profile/message.ts'
import type { Condition } from '../rules/condition.ts'
import type { Actor, Page, Paging } from './asking.ts'
import type { ConfigOperations, RegistryOperations } from './config-operations.ts'
import type { Connectors } from './connector-operations.ts'
import type { Profiles } from './profile-operations.ts'

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

export interface Reports {
  readonly coherence: () => Promise<CoherenceReport>
  /** The customers whose channels show different offers now, as the tools hold them. */
  readonly disagreements: (paging: Paging) => Promise<Page<Disagreement>>
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
