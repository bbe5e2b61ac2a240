import type { HistoryEvent, Node } from './component.ts'

/** The winning statement of a trait, and how sure that is. */
export interface Trait {
  readonly value: unknown
  readonly source: string
  readonly at: number
  /** How many other sources state another value. */
  readonly conflicts: number
}
export interface Consent {
  readonly granted: boolean
  /** null: nobody has said, the default holds. */
  readonly at: number | null
  readonly source: string | null
}
/** A computed trait at an instant: its value (undefined when there is nothing to compute from) and until when that stays so by itself. */
export interface Computed {
  readonly value: unknown
  readonly until: number
}
/** The canonical record of one customer: a pure function of the messages that its identifiers are in. */
export interface Profile {
  /** The id of the anchor: lowest rank, then earliest, then smallest id. */
  readonly id: string
  /** What draws and ties hash: the node seen first. It outlives login and merge, unlike the profile id. */
  readonly unit: string
  /** Strongest first. */
  readonly nodes: readonly Node[]
  readonly traits: ReadonlyMap<string, Trait>
  readonly consents: ReadonlyMap<string, Consent>
  /** By event name, oldest first; one entry for each key, though several sources reported it. */
  readonly events: ReadonlyMap<string, readonly HistoryEvent[]>
}
