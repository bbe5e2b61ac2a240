/** A message as it waits to be sent. */
export type Message = Readonly<Record<string, unknown>>
/** What became of a batch: `settled` will not be sent again, well or not; the other is to be tried again. */
export type Verdict = 'settled' | { readonly retryAfterMs: number | null }

interface Surroundings {
  /** Never rejects. */
  readonly send: (batch: readonly Message[]) => Promise<Verdict>
  readonly later: (act: () => void, ms: number) => void
  /** A number from 0 up to 1. */
  readonly chance: () => number
}
export interface Queue {
  readonly add: (message: Message) => void
  /** Sends all that waits at once: the page may be gone in a moment. */
  readonly leave: () => void
}

/** Beyond that the oldest are dropped: a page must not fill up while its hub is away. */
const mostWaiting = 200
const perBatch = 20
const gatherMs = 300
const firstRetryMs = 1_000
const longestRetryMs = 60_000
/** Beyond that a browser's timer fires at once. */
const longestTimerMs = 2 ** 31 - 1

/** Doubles with every failure; half of it is chance, so that pages do not come back all at once. */
const retryMs = (failures: number, chance: number): number =>
  Math.min(firstRetryMs * 2 ** (failures - 1), longestRetryMs) * (0.5 + chance / 2)

/** Messages on their way to the hub: gathered, sent one batch after the other, tried again until the hub settles them. */
export const queueFor = ({ send, later, chance }: Surroundings): Queue => {
  let waiting: readonly Message[] = []
  const underWay = new Set<Message>()
  let failures = 0
  let isPlanned = false

  const nextBatch = () => waiting.filter((message) => !underWay.has(message)).slice(0, perBatch)
  const plan = (ms: number): void => {
    if (isPlanned || underWay.size > 0 || waiting.length === 0) return
    isPlanned = true
    later(flush, ms)
  }
  const attempt = async (batch: readonly Message[]): Promise<void> => {
    for (const message of batch) underWay.add(message)
    const verdict = await send(batch)
    for (const message of batch) underWay.delete(message)
    if (verdict === 'settled') {
      failures = 0
      waiting = waiting.filter((message) => !batch.includes(message))
      plan(0)
    } else {
      failures += 1
      plan(Math.min(verdict.retryAfterMs ?? retryMs(failures, chance()), longestTimerMs))
    }
  }
  const flush = (): void => {
    isPlanned = false
    const batch = nextBatch()
    if (batch.length > 0) void attempt(batch)
  }

  return {
    add: (message) => {
      waiting = [...waiting, message].slice(-mostWaiting)
      plan(gatherMs)
    },
    leave: () => {
      for (let batch = nextBatch(); batch.length > 0; batch = nextBatch()) void attempt(batch)
    },
  }
}
