/** A message as it waits to be sent. */
export type Message = Readonly<Record<string, unknown>>
/** What became of a batch: `settled` will not be sent again, well or not; the other is to be tried again. */
export type Verdict = 'settled' | { readonly retryAfterMs: number | null }

interface Surroundings {
  readonly send: (batch: readonly Message[]) => Promise<Verdict>
  /** Sends without waiting for an answer, as a page does that is being left. Answers whether the browser took it. */
  readonly hand: (batch: readonly Message[]) => boolean
  readonly later: (act: () => void, ms: number) => void
  /** A number from 0 up to 1. */
  readonly chance: () => number
}
export interface Queue {
  readonly add: (message: Message) => void
  /** Hands over all that waits: the page may be gone in a moment. What is under way goes twice, which the hub notices. */
  readonly leave: () => void
}

/** Beyond that the oldest are dropped: a page must not fill up while its hub is away. */
const mostWaiting = 200
const perBatch = 20
const gatherMs = 300
const firstRetryMs = 1_000
const longestRetryMs = 60_000

/** Doubles with every failure; half of it is chance, so that pages do not come back all at once. */
const retryMs = (failures: number, chance: number): number =>
  Math.min(firstRetryMs * 2 ** (failures - 1), longestRetryMs) * (0.5 + chance / 2)

/** Messages on their way to the hub: gathered, sent in order, tried again until the hub has settled them. */
export const queueFor = ({ send, hand, later, chance }: Surroundings): Queue => {
  let waiting: readonly Message[] = []
  let failures = 0
  let isBusy = false

  const without = (sent: readonly Message[]) => waiting.filter((message) => !sent.includes(message))
  const flush = async (): Promise<void> => {
    const batch = waiting.slice(0, perBatch)
    const verdict = batch.length > 0 ? await send(batch) : 'settled'
    isBusy = false
    if (verdict === 'settled') {
      failures = 0
      waiting = without(batch)
      schedule(0)
    } else {
      failures += 1
      schedule(verdict.retryAfterMs ?? retryMs(failures, chance()))
    }
  }
  const schedule = (ms: number): void => {
    if (isBusy || waiting.length === 0) return
    isBusy = true
    later(() => void flush(), ms)
  }

  return {
    add: (message) => {
      waiting = [...waiting, message].slice(-mostWaiting)
      schedule(gatherMs)
    },
    leave: () => {
      for (let at = 0; at < waiting.length; ) {
        const batch = waiting.slice(at, at + perBatch)
        if (hand(batch)) waiting = without(batch)
        else at += perBatch
      }
    },
  }
}
