import type { FieldValue, Identifier } from './value.ts'

interface RecordBase {
  /** Names this revision of this record for ever: the same id again is the same message. */
  readonly id: string
  /** When it happened in the tool, ISO 8601. */
  readonly at: string
  readonly identifiers: readonly Identifier[]
  /** The tool's own id of the contact, where it has one. */
  readonly remoteId?: string | undefined
}
/** A contact as the tool holds it now, in the tool's own field names. */
export interface ContactRecord extends RecordBase {
  readonly kind: 'contact'
  readonly fields: Readonly<Record<string, FieldValue>>
  /** Whether the person may be contacted through this tool, where the tool keeps that. */
  readonly consent?: boolean | undefined
}
/** Something the customer did, named as in the Segment semantic events. */
export interface EventRecord extends RecordBase {
  readonly kind: 'event'
  readonly event: string
  readonly properties: Readonly<Record<string, unknown>>
}
/** What pull and webhook bring in: both end in the same record, so there is one intake. */
export type SourceRecord = ContactRecord | EventRecord

/** One page of a pull. The cursor resumes after it. */
export interface Page {
  readonly records: readonly SourceRecord[]
  readonly cursor: string
}
