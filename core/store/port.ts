import type { Decision } from '../decide/decision.ts'
import type { ContactState } from '../deliver/contact.ts'
import type { Component, Veto } from '../profile/component.ts'
import type { ChangeSet } from './change-set.ts'
import type {
  ApiKey,
  AuditEntry,
  ConnectorState,
  ContactTotals,
  Delivery,
  Known,
  ProfileRow,
  Revision,
  ShadowWrite,
  StoredMessage,
} from './stored.ts'

/** All that a batch touches, closed over identity: no identifier in it is connected to one outside. */
export interface WorkingSet {
  readonly components: readonly Component[]
  readonly versions: ReadonlyMap<string, number>
  readonly profiles: readonly ProfileRow[]
  /** By node, ended ones too; a node without any has no entry. */
  readonly decisions: ReadonlyMap<string, readonly Decision[]>
  /** By node; a node without any has no entry. */
  readonly contacts: ReadonlyMap<string, readonly ContactState[]>
  readonly vetoes: readonly Veto[]
  /** Decisions per offer over everybody. */
  readonly uses: ReadonlyMap<string, number>
}

export interface Slice<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** How customers are read. */
export interface Reading {
  /** true: they are gone through once, so whom traffic asks for is kept at hand rather than they. */
  readonly passing?: boolean
}

/** Room for a second derived half beside the one that is read, as long as that is needed. */
export interface Scratch {
  /** Empty at first. */
  readonly store: Pick<Store, 'load' | 'commit'>
  /** Puts its derived half in the place of the store's, all at once, and is gone. */
  readonly adopt: () => Promise<void>
  /** Is gone without. */
  readonly drop: () => Promise<void>
}

/**
 * The one port to durable state. Batches never overlap: whoever commits holds the writer. An embedded store belongs to
 * one process. Times are epoch milliseconds.
 */
export interface Store {
  /** Everything connected to these nodes. */
  readonly load: (nodes: readonly string[], how?: Reading) => Promise<WorkingSet>
  /**
   * Stands for everything connected to a node as it is stored at this moment: the same object as long as nothing of it
   * changes. null: the store cannot tell without reading.
   */
  readonly mark: (node: string) => object | null
  /** What is known of those connected to these nodes, without what was decided about them; read in passing. */
  readonly evidence: (nodes: readonly string[]) => Promise<Pick<WorkingSet, 'components' | 'vetoes'>>
  readonly commit: (change: ChangeSet) => Promise<void>

  readonly known: (messages: readonly { readonly source: string; readonly id: string }[]) => Promise<readonly Known[]>
  /** Which of these nodes were erased, and when. */
  readonly tombstones: (nodes: readonly string[]) => Promise<ReadonlyMap<string, number>>
  /** The nodes that were erased at `at` or later, and when. */
  readonly buriedSince: (at: number) => Promise<ReadonlyMap<string, number>>
  readonly messagesOf: (nodes: readonly string[], limit: number, cursor: string | null) => Promise<Slice<StoredMessage>>
  /** In order of acceptance, for a rebuild. */
  readonly messagesAfter: (seq: number, limit: number) => Promise<readonly (StoredMessage & { readonly seq: number })[]>
  readonly countMessages: () => Promise<number>
  readonly setAsideTotals: () => Promise<readonly { readonly reason: string; readonly count: number }[]>
  /** Forgets everything that is derived from messages; facts (decisions, contacts, vetoes) stay. */
  readonly clearDerived: () => Promise<void>
  /** One at a time. */
  readonly scratch: () => Promise<Scratch>

  readonly profile: (id: string) => Promise<ProfileRow | null>
  /** Profiles of the components of these nodes, without loading them. */
  readonly profilesOf: (nodes: readonly string[]) => Promise<readonly ProfileRow[]>
  /** In the order of `profileKey`, which is the cursor of the last one. */
  readonly profiles: (limit: number, cursor: string | null) => Promise<Slice<ProfileRow>>
  readonly countProfiles: () => Promise<number>
  readonly due: (at: number, limit: number) => Promise<readonly ProfileRow[]>
  readonly nextDue: () => Promise<number | null>

  readonly contacts: (connector: string, nodes: readonly string[]) => Promise<readonly ContactState[]>
  readonly contactsPage: (connector: string, limit: number, cursor: string | null) => Promise<Slice<ContactState>>
  /** Waiting contacts whose time has come, most urgent lane first, oldest first. */
  readonly dirty: (connector: string, at: number, limit: number) => Promise<readonly ContactState[]>
  /** When the next waiting contact's time comes; null: none waits. */
  readonly nextTry: (connector: string) => Promise<number | null>
  /** Of jobs that tools have not told the end of. */
  readonly tickets: (connector: string) => Promise<readonly string[]>
  readonly contactsOfTicket: (connector: string, ticket: string) => Promise<readonly ContactState[]>
  readonly deadLetters: (connector: string, limit: number, cursor: string | null) => Promise<Slice<ContactState>>
  readonly contestedContacts: (connector: string, limit: number, cursor: string | null) => Promise<Slice<ContactState>>
  readonly contactTotals: () => Promise<readonly ContactTotals[]>
  readonly deliveries: (connector: string, limit: number, cursor: string | null) => Promise<Slice<Delivery>>
  readonly deliveryTotals: () => Promise<
    readonly { readonly connector: string; readonly outcome: string; readonly count: number }[]
  >
  readonly shadow: (connector: string, limit: number, cursor: string | null) => Promise<Slice<ShadowWrite>>
  /** Every contact of every connector, those of one profile together, for reports. */
  readonly contactsByProfile: () => AsyncIterable<readonly ContactState[]>
  readonly openDecisions: (profiles: readonly string[]) => Promise<readonly Decision[]>

  readonly connectorStates: () => Promise<readonly ConnectorState[]>
  readonly pulledHashes: (connector: string, records: readonly string[]) => Promise<ReadonlyMap<string, string>>
  readonly audit: (action: string, limit: number) => Promise<readonly AuditEntry[]>

  readonly currentRevision: () => Promise<Revision | null>
  readonly revisions: (limit: number, cursor: string | null) => Promise<Slice<Revision>>
  readonly publish: (revision: Revision, audit: AuditEntry) => Promise<void>

  readonly apiKeys: () => Promise<readonly ApiKey[]>
  readonly saveApiKey: (key: ApiKey, audit: AuditEntry) => Promise<void>

  readonly fact: (name: string) => Promise<string | null>
  readonly saveFact: (name: string, value: string) => Promise<void>
  /** Writes a consistent copy of everything into a new file, while commits go on. */
  readonly backup: (file: string) => Promise<void>
  readonly close: () => Promise<void>
}
