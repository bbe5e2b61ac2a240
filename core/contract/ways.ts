/**
 * How a tool takes what is pushed. `mode`: one contact a request, several, or a job that is asked about later (then there
 * is `settle`). `atomic`: one bad contact spoils its whole request, which the core halves until the one at fault stands
 * alone. `failures`: how the tool tells whom it refused. `upsert`: what it finds a contact by.
 */
export interface PushWay {
  readonly mode: 'single' | 'batch' | 'job'
  readonly atomic: boolean
  readonly failures: 'whole' | 'in-order' | 'by-index' | 'by-trace-id' | 'by-key' | 'by-report'
  readonly upsert: string
}
/** How far a pull has come is told by: the time of the last change, of creation, a journal's offset, or not at all. */
export type Cursor = 'updated-since' | 'created-since' | 'journal' | 'all'

/** Facts of the vendor: kept to by the core, checked by conformance, shown in docs/connectors.md. */
export interface Ways {
  readonly push?: PushWay
  readonly pull?: Cursor
}

/** What a connector was held to, and when. `live`: the real tool; `contract`: the vendor's machine-readable description; `recorded`: traffic of the live API. */
export interface Proven {
  readonly by: 'live' | 'contract' | 'recorded' | 'sandbox'
  /** What it was: `WordPress 6.6`, `OpenAPI revision 2026-07-15`. */
  readonly what: string
  /** YYYY-MM-DD. */
  readonly on: string
}
