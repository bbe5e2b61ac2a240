/**
 * All that is known about identifiers which evidence connects, directly or over others. It is a join of messages:
 * commutative, associative, idempotent; nothing in it depends on the order of arrival. Usually it holds one profile;
 * where a limit or a veto forbids a link it holds several (`partition`). Events, claims and consents hang on nodes,
 * never on profiles, so that a split needs no data surgery.
 */
export interface Component {
  /** The smallest id among its nodes. */
  readonly id: string
  readonly nodes: readonly Node[]
  readonly edges: readonly Edge[]
  readonly claims: readonly Claim[]
  readonly events: readonly HistoryEvent[]
  readonly consents: readonly ConsentClaim[]
}
/** An identifier as a node of the identity graph. `id` is a keyed hash of type and value, so it is the same after a rebuild. */
export interface Node {
  readonly id: string
  readonly type: string
  readonly value: string
  /** Event time at which it was first seen. */
  readonly firstAt: number
}
/** Evidence that two identifiers are one person: they stood in one message. Never consumed. `a` < `b`. */
export interface Edge {
  readonly a: string
  readonly b: string
  readonly firstAt: number
  readonly lastAt: number
}
/** One source's statement of one trait about one node. A register: which of two survives is a pure function of both. `null` is a withdrawal. */
export interface Claim {
  readonly node: string
  readonly trait: string
  readonly source: string
  readonly value: unknown
  readonly at: number
  readonly hash: string
}
/** An event of a declared type, with its declared properties only (path -> value, or values for `x[].y`). */
export interface HistoryEvent {
  readonly node: string
  readonly name: string
  /** Source and message id: two reports of one message are one. */
  readonly source: string
  readonly message: string
  /** The value of the type's `key` property, as text. */
  readonly key: string | null
  readonly at: number
  readonly properties: Readonly<Record<string, unknown>>
}
export interface ConsentClaim {
  readonly node: string
  readonly purpose: string
  readonly granted: boolean
  readonly source: string
  readonly at: number
}
/** A person's decree that two nodes are not one customer. It outranks every edge. */
export interface Veto {
  readonly a: string
  readonly b: string
}
