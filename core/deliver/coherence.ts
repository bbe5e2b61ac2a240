/** Of the customers whom at least two channels reach: whose channels all hold the same answer. */
export interface Share {
  readonly customers: number
  readonly agree: number
  /** Two channels hold different answers that are both known. */
  readonly contradictory: number
  /** agree / customers; 1 where there are no customers. */
  readonly share: number
}
export interface SlotCoherence {
  readonly slot: string
  /** Before the hub's first write, as the tools themselves held it. */
  readonly before: Share
  readonly now: Share
  /** Now, among the channels that are live only. */
  readonly live: Share
}
export interface ChannelCoherence {
  readonly connector: string
  readonly channel: string
  readonly phase: string
  /** Contacts in scope whom the tool knows and may address. */
  readonly inScope: number
  /** Of them, those for whom the tool held the hub's decision before its first write. */
  readonly agreedBefore: number
  /** Of them, those for whom the tool holds the hub's decision now. */
  readonly agreed: number
  readonly pending: number
  readonly oldestPendingS: number
}
export interface CoherenceReport {
  /** ISO 8601 */
  readonly at: string
  readonly slots: readonly SlotCoherence[]
  readonly channels: readonly ChannelCoherence[]
}
