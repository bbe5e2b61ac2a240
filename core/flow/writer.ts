/**
 * Who goes first when several wait: what a person waits for, then what tools told us, then what can wait. Nobody waits for
 * ever: a lane that was passed over some times in a row has its turn.
 */
const lanes = ['front', 'settle', 'back'] as const
export type WriterLane = (typeof lanes)[number]

/** So often a lane lets others go before it. */
const patience: Readonly<Record<WriterLane, number>> = { front: Number.POSITIVE_INFINITY, settle: 4, back: 8 }

/**
 * The one writer of a process. Jobs run one after the other, never overlapping: each loads, computes and commits. All
 * changes go through it, so what a job has read is still so when it commits.
 */
export interface Writer {
  readonly run: <T>(lane: WriterLane, job: () => Promise<T>) => Promise<T>
  readonly waiting: () => number
  /** Resolves when nothing waits or runs. */
  readonly idle: () => Promise<void>
}

export const createWriter = (): Writer => {
  const queues: Record<WriterLane, (() => Promise<void>)[]> = { front: [], settle: [], back: [] }
  let running = false
  let resters: (() => void)[] = []
  const passedOver = { front: 0, settle: 0, back: 0 }
  const next = () => {
    const waiting = lanes.filter((lane) => queues[lane].length > 0)
    const chosen = waiting.find((lane) => passedOver[lane] >= patience[lane]) ?? waiting[0]
    if (chosen === undefined) return undefined
    for (const lane of waiting) passedOver[lane] += 1
    passedOver[chosen] = 0
    return queues[chosen].shift()
  }

  const work = async (): Promise<void> => {
    running = true
    for (let job = next(); job !== undefined; job = next()) {
      await job()
      // Requests get a turn between two jobs: a long backlog must not starve the front door.
      await new Promise((resolve) => setImmediate(resolve))
    }
    running = false
    for (const rest of resters.splice(0)) rest()
  }
  return {
    run: (lane, job) =>
      new Promise((resolve, reject) => {
        queues[lane].push(() => job().then(resolve, reject))
        if (!running) void work()
      }),
    waiting: () => lanes.reduce((total, lane) => total + queues[lane].length, 0),
    idle: () => (running ? new Promise((resolve) => (resters = [...resters, resolve])) : Promise.resolve()),
  }
}
