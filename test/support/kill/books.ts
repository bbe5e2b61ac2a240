/** An order as clients report it; in cents, for sums of these are exact. */
export interface Order {
  readonly id: string
  readonly cents: number
}
export interface Sent {
  readonly messageId: string
  readonly order: Order | null
}

/** What was sent, and what of it the hub has answered for: kept apart from the hub, to hold it to. */
export const openBooks = () => {
  const acknowledged = new Map<string, Sent>()
  const doubtful = new Map<string, Sent>()
  return {
    acknowledged,
    /** Sent once, without an answer, and never again: they may have been taken or not. */
    doubtful,
    acknowledge: (all: readonly Sent[]) => {
      for (const sent of all) acknowledged.set(sent.messageId, sent)
    },
    doubt: (all: readonly Sent[]) => {
      for (const sent of all) doubtful.set(sent.messageId, sent)
    },
    /** The orders among what must be there and what, as these messages show, happens to be there: each once. */
    orders: (there: ReadonlySet<string>): ReadonlyMap<string, number> => {
      const taken = [...doubtful.values()].filter(({ messageId }) => there.has(messageId))
      const all = [...acknowledged.values(), ...taken]
      return new Map(all.flatMap(({ order }) => (order === null ? [] : [[order.id, order.cents] as const])))
    },
  }
}
export type Books = ReturnType<typeof openBooks>
