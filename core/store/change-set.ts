import type { Decision } from '../decide/decision.ts'
import type { ContactState } from '../deliver/contact.ts'
import type { Component, Veto } from '../profile/component.ts'
import type {
  AuditEntry,
  ConnectorState,
  Delivery,
  ProfileRow,
  SetAside,
  ShadowWrite,
  StoredMessage,
  Told,
} from './stored.ts'

/** One atomic change. Everything in it becomes durable, or nothing. */
export interface ChangeSet {
  readonly messages?: readonly StoredMessage[]
  readonly setAside?: readonly SetAside[]
  /** What was said of whom: kept by node, and never rewritten. */
  readonly told?: readonly Told[]
  /** With the version that was read; commit fails when another one is stored. */
  readonly components?: readonly { readonly component: Component; readonly version: number }[]
  readonly goneComponents?: readonly string[]
  readonly profiles?: readonly ProfileRow[]
  readonly goneProfiles?: readonly ProfileRow[]
  readonly decisions?: readonly Decision[]
  /** Offers of new decisions, one entry each. */
  readonly used?: readonly string[]
  readonly contacts?: readonly ContactState[]
  readonly goneContacts?: readonly { readonly connector: string; readonly node: string }[]
  readonly deliveries?: readonly Delivery[]
  readonly shadow?: readonly ShadowWrite[]
  readonly connector?: ConnectorState
  /** What a connector last said of a node, in digests. */
  readonly pulled?: readonly { readonly connector: string; readonly record: string; readonly hash: string }[]
  readonly vetoes?: readonly Veto[]
  /** `beside`: nodes that were linked to them. What was sent to those may tell of them. */
  readonly erased?: { readonly nodes: readonly string[]; readonly beside: readonly string[]; readonly at: number }
  readonly audit?: readonly AuditEntry[]
}
