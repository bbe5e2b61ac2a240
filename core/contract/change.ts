import type { FieldValue, Identifier } from './value.ts'

/** The tool's record that is tied to one identifier of a person. */
export interface Contact {
  /** The core's name for it, stable: results are keyed by it. */
  readonly id: string
  /** What the tool finds it by. */
  readonly key: Identifier
  /** The tool's own id, once it has told us. */
  readonly remoteId?: string | undefined
}

/** A contact's place in a tag, list, group or label, as the tool calls it. */
export interface Membership {
  readonly kind: string
  readonly name: string
}

/** One step from what a tool last acknowledged to what it should hold now: only what differs, in the tool's own names. */
export interface Change {
  readonly contact: Contact
  /** Whether the tool may get a new contact for this. */
  readonly create: boolean
  /** `null` empties the field. Fields that are not listed keep their value. */
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly join: readonly Membership[]
  readonly leave: readonly Membership[]
}

/**
 * The verdict on one change. Only `retry` is ever sent again unasked.
 * `skipped`: the tool has no such contact and none may be created.
 * `accepted`: a job of the tool has it; by its ticket the core asks what came of it.
 */
export type Outcome =
  | { readonly status: 'applied' | 'unchanged'; readonly remoteId?: string | undefined }
  | { readonly status: 'skipped'; readonly reason: string }
  | { readonly status: 'rejected'; readonly reason: string; readonly field?: string | undefined }
  | { readonly status: 'accepted'; readonly ticket: string }
  | { readonly status: 'retry'; readonly reason: string; readonly afterMs?: number | undefined }

/** An outcome by the contact's `id`. A contact without a receipt counts as unknown and is asked again. */
export type Receipt = Outcome & { readonly contact: string }

/** What a read asks for, in the tool's own names. */
export interface Wanted {
  readonly fields: readonly string[]
  readonly memberships: readonly Membership[]
}

/** What the tool holds for one contact: every wanted field (`null` when empty), and those wanted memberships that it is in. */
export interface Holding {
  readonly remoteId: string
  readonly fields: Readonly<Record<string, FieldValue>>
  readonly memberships: readonly Membership[]
}
