/** Who goes first when several wait: what a person waits for, then what tools told us, then what can wait. */
const lanes = ['front', 'settle', 'back'] as const
export type WriterLane = (typeof lanes)[number]

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
  const next = () =>
    lanes
      .map((lane) => queues[lane])
      .find((queue) => queue.length > 0)
      ?.shift()

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
