/** A rate: evenly spread, after a rest as many at once as `burst`. */
export interface Rate {
  /** Requests per second, or points where a call states its `cost`. */
  readonly perSecond: number
  /** At once after a rest; 1 unless stated. */
  readonly burst?: number
  /** In any 24 hours; unbounded unless stated. */
  readonly perDay?: number
}
/** A narrower rate for some operations, on top of the connector's own. */
export interface RouteRate extends Rate {
  /** Every method unless stated. */
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Patterns as in a connector's reads; all of them share the one rate. */
  readonly paths: readonly string[]
}

/** What the vendor allows. The core keeps to it; config may only tighten it. */
export interface Limits extends Rate {
  /** Contacts in one push, and in one read or erase unless stated below. */
  readonly batch: number
  /** Contacts in one read. */
  readonly readBatch?: number
  /** Contacts in one erase. */
  readonly eraseBatch?: number
  /** Bytes of all changes of one push as JSON: what the vendor allows in one body, less what its own form adds. */
  readonly bytes?: number
  /** Requests at the same time. */
  readonly concurrency: number
  readonly timeoutMs: number
  readonly routes?: readonly RouteRate[]
}
