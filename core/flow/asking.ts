import type { BrowserKey } from '../store/stored.ts'

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

/** A wish that the present state forbids; `detail` says what to do instead. */
export interface Denied {
  readonly denied: string
}
