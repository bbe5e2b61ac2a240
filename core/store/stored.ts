import type { FieldValue } from '../contract/value.ts'
import type { Phase } from '../deliver/settings.ts'
import type { HistoryEvent } from '../profile/component.ts'
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

export interface ContactTotals {
  readonly connector: string
  readonly contacts: number
  readonly pending: number
  readonly dead: number
  /** Contacts of whom somebody else keeps changing what is ours. */
  readonly contested: number
  readonly oldestDirtyAt: number | null
}
