import type { SetupReport } from '../contract/connector.ts'
import type { ContentEntry, ObservedRule } from '../contract/content.ts'
import type { FieldValue } from '../contract/value.ts'
import type { RawRequest } from '../contract/webhook.ts'
import type { Contradiction } from '../deliver/contradiction.ts'
import type { Gate } from '../deliver/gates.ts'
import type { Phase } from '../deliver/settings.ts'
import type { Actor, Denied, Page, Paging } from './asking.ts'

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

export interface ObservedRules {
  /** `names`: offers of ours that an active one names. */
  readonly rules: readonly (ObservedRule & { readonly names: readonly string[] })[]
  readonly contradictions: readonly Contradiction[]
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
  /** Entries whose title holds the text, for a content field of an offer to name. */
  readonly content: (
    id: string,
    wish: { readonly search: string; readonly limit: number },
  ) => Promise<{ readonly entries: readonly ContentEntry[] } | Denied>
  /** Targeting that somebody keeps in the tool itself, and where it speaks against ours. */
  readonly observedRules: (id: string) => Promise<ObservedRules | Denied>
  readonly shadow: (id: string, paging: Paging) => Promise<Page<ShadowView>>
  readonly deliveries: (id: string, paging: Paging) => Promise<Page<DeliveryView>>
  readonly deadLetters: (id: string, paging: Paging) => Promise<Page<DeadLetterView>>
  /** `later`: the tool cannot be asked at present what it hinted at, so it should say so again. */
  readonly webhook: (id: string, request: RawRequest) => Promise<'accepted' | 'forged' | 'pinged' | 'unknown' | 'later'>
}
