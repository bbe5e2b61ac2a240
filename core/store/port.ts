import type { FieldValue } from '../contract/value.ts'
import type { Decision } from '../decide/decision.ts'
import type { ContactState } from '../deliver/contact.ts'
import type { Phase } from '../deliver/settings.ts'
import type { Component, HistoryEvent, Veto } from '../profile/component.ts'
import type { MessageKind, TimeFlag } from '../profile/message.ts'

/** A profile as it was last evaluated: what the due index and lists need. */
export interface ProfileRow {
  readonly id: string
  readonly component: string
  /** The next instant at which something about it changes by itself; null: never. */
  readonly dueAt: number | null
  /** Under what it last changed: registry, phases and settings. Empty: it was never evaluated. */
  readonly basis: string
  readonly segments: readonly string[]
}
/** Where a profile stands among all: they are kept by component. */
export const profileKey = ({ component, id }: ProfileRow): string => `${component} ${id}`

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
export interface StoredMessage {
  readonly source: string
  readonly id: string
  readonly hash: string
  readonly kind: MessageKind
  readonly event: string | null
  readonly at: number
  readonly sentAt: number | null
  readonly receivedAt: number
  readonly flag: TimeFlag | null
  /** JSON as it came. */
  readonly body: string
}
/** That a message is about a node: an entry of the timeline, and what the node's component grows by. */
export interface Told {
  readonly node: string
  readonly at: number
  readonly source: string
  readonly message: string
  /** null: it reports no event of a declared type. */
  readonly event: HistoryEvent | null
}
/** A message that was not taken because its id was used before for another body, or because the person was erased. */
export interface SetAside {
  readonly source: string
  readonly id: string
  /** The node it is about; null: nobody. */
  readonly subject: string | null
  readonly reason: 'conflict' | 'erased'
  readonly receivedAt: number
  readonly body: string
}
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
export interface Delivery {
  readonly connector: string
  readonly contact: string
  readonly at: number
  readonly outcome: string
  readonly reason: string | null
  readonly fields: Readonly<Record<string, FieldValue>>
}
export interface ShadowWrite {
  readonly connector: string
  readonly node: string
  readonly contact: string
  readonly at: number
  readonly would: Readonly<Record<string, FieldValue>>
  readonly holds: Readonly<Record<string, FieldValue>> | null
}
/** What outlives a restart of one connector. */
export interface ConnectorState {
  readonly connector: string
  readonly phase: Phase
  readonly phaseSince: number
  /** While retiring: where it goes when everything is given back. */
  readonly next: Phase | null
  readonly account: string | null
  readonly epoch: string | null
  readonly cursor: string | null
  /** Why it is not asked at all until an admin acts; null: it is. */
  readonly paused: string | null
  /** Fields that the tool takes no more, and why: they are written again when an admin has replayed. */
  readonly withheld: Readonly<Record<string, string>>
}
export interface AuditEntry {
  readonly at: number
  readonly actor: string
  readonly action: string
  readonly subject: string
  readonly detail: Readonly<Record<string, unknown>>
}
export interface Revision {
  readonly id: string
  /** JSON of the registry. */
  readonly body: string
  readonly publishedAt: number
  readonly by: string
}
/** What makes a key public: it stands in a page's source, so it is bound to origins and vouches for nobody. */
export interface BrowserKey {
  /** As browsers state them: `https://shop.example`. */
  readonly origins: readonly string[]
  /** With this the site's server signs who somebody is. */
  readonly signingSecret: string
}
export interface ApiKey {
  readonly id: string
  readonly name: string
  /** SHA-256 of the key, hex. */
  readonly hash: string
  readonly scopes: readonly string[]
  readonly createdAt: number
  readonly revokedAt: number | null
  /** Only on public keys. */
  readonly browser?: BrowserKey
}
/** What is known of a message id before its body is looked at. */
export interface Known {
  readonly source: string
  readonly id: string
  readonly hash: string
}
export interface Slice<T> {
  readonly items: readonly T[]
  readonly next: string | null
}
export interface ContactTotals {
  readonly connector: string
  readonly contacts: number
  readonly pending: number
  readonly dead: number
  /** Contacts of whom somebody else keeps changing what is ours. */
  readonly contested: number
  readonly oldestDirtyAt: number | null
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
