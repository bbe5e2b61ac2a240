import Bottleneck from 'bottleneck'
import type { Limits, Rate } from '../contract/limits.ts'
import { closed, eased, type Gate, openGate, opensAt, passed, slowed } from './gate.ts'
import { pathMatches } from './path.ts'
import { createQueue } from './queue.ts'

/** The operation that a job is. */
export interface Operation {
  readonly method: string
  /** Below the base address, without its query. */
  readonly path: string
}
/** What is asked of the lane for one job. */
export interface Turn {
  /** 0 goes first, 9 last, 5 unless stated. */
  readonly priority?: number | undefined
  /** In the units of the rate; 1 unless stated. */
  readonly cost?: number | undefined
  /** Narrower rates hold for some operations. */
  readonly operation?: Operation | undefined
}
/** The lane of one connector to its tool. One job is one HTTP request. */
export interface Pace {
  /** Runs the job when its turn comes: within every rate, the more urgent first. */
  readonly run: <T>(job: () => Promise<T>, turn?: Turn) => Promise<T>
  /** The tool answered well: a lane that was slowed goes a little faster again. */
  readonly ease: (operation?: Operation) => void
  /** The tool throttled us: half the rate from now on, and no job before `until` (milliseconds since 1970), where it named a time. */
  readonly slow: (until: number | null, operation?: Operation) => void
  /** No job of this lane starts before `at`. An earlier end never shortens a pause. */
  readonly pauseUntil: (at: number) => void
  /** When the pause ends, or `null`. */
  readonly pausedUntil: () => number | null
  /** Jobs that wait for their turn. */
  readonly waiting: () => number
  /** For good: jobs that wait are turned away, and no timer is left. */
  readonly stop: () => void
}

/** setTimeout fires at once beyond this. */
const longestTimerMs = 2 ** 31 - 1

/** A rate with those it is for, and how it stands. */
interface Barrier {
  readonly rate: Rate
  readonly isFor: (operation: Operation | undefined) => boolean
  gate: Gate
}
interface Job {
  readonly cost: number
  readonly barriers: readonly Barrier[]
  readonly start: () => void
  readonly turnAway: () => void
}

const barriersOf = (limits: Rate & Pick<Limits, 'routes'>): readonly [Barrier, ...Barrier[]] => [
  { rate: limits, isFor: () => true, gate: openGate },
  ...(limits.routes ?? []).map(
    ({ method, paths, ...rate }): Barrier => ({
      rate,
      isFor: (operation) =>
        operation !== undefined &&
        (method ?? operation.method) === operation.method &&
        paths.some((pattern) => pathMatches(pattern, operation.path)),
      gate: openGate,
    }),
  ),
]

/**
 * A lane within the limits: a gate for each rate in front of bottleneck, which bounds how many run at once. Bottleneck's own
 * reservoir is a fixed window and lets nearly twice the rate through at its seam; its retries are not used either.
 */
export const paceFor = (limits: Rate & Pick<Limits, 'concurrency' | 'routes'>, now: () => number): Pace => {
  const lane = new Bottleneck({ maxConcurrent: limits.concurrency })
  const barriers = barriersOf(limits)
  const [whole] = barriers
  const queue = createQueue<Job>()
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const isBusy = () => {
    const { RECEIVED, QUEUED, RUNNING, EXECUTING } = lane.counts()
    return RECEIVED + QUEUED + RUNNING + EXECUTING >= limits.concurrency
  }
  const wakeAt = (at: number) => {
    timer = setTimeout(pump, Math.min(Math.max(Math.ceil(at - now()), 1), longestTimerMs))
  }
  /** The first job that may start. One that waits holds back whoever wants through the same gate, or it would wait for ever. */
  const next = (): Job | { readonly opensAt: number } => {
    const shut = new Set<Barrier>()
    let earliest = Number.POSITIVE_INFINITY
    const job = queue.take(
      ({ cost, barriers: asked }) => {
        if (asked.some((barrier) => shut.has(barrier))) return false
        const at = now()
        const late = asked.filter(({ gate, rate }) => opensAt(gate, rate, cost, at) > at)
        for (const barrier of late) {
          shut.add(barrier)
          earliest = Math.min(earliest, opensAt(barrier.gate, barrier.rate, cost, at))
        }
        return late.length === 0
      },
      () => shut.has(whole),
    )
    return job ?? { opensAt: earliest }
  }
  const pump = (): void => {
    clearTimeout(timer)
    while (!stopped && queue.size() > 0 && !isBusy()) {
      const job = next()
      if ('opensAt' in job) {
        wakeAt(job.opensAt)
        return
      }
      for (const barrier of job.barriers) barrier.gate = passed(barrier.gate, barrier.rate, job.cost, now())
      job.start()
    }
  }
  const turnedAway = () => new Error('the lane to the tool was closed')
  /** The narrow rates of an operation, or the whole lane's where it has none. */
  const heldBy = (operation: Operation | undefined): readonly Barrier[] => {
    const own = barriers.filter((barrier) => barrier !== whole && barrier.isFor(operation))
    return own.length > 0 ? own : [whole]
  }
  const close = (until: number, held: readonly Barrier[]) => {
    for (const barrier of held) barrier.gate = closed(barrier.gate, until)
    pump()
  }

  return {
    run: (job, { priority = 5, cost = 1, operation } = {}) =>
      new Promise((resolve, reject) => {
        if (stopped) return reject(turnedAway())
        const start = () => {
          // A job frees its place before the next one is looked for: bottleneck counts it until its promise is settled.
          void lane.schedule(job).then(resolve, reject).finally(pump)
        }
        const turnAway = () => reject(turnedAway())
        queue.add({ cost, barriers: barriers.filter((barrier) => barrier.isFor(operation)), start, turnAway }, priority)
        pump()
      }),
    ease(operation) {
      for (const barrier of heldBy(operation)) barrier.gate = eased(barrier.gate, now())
    },
    slow(until, operation) {
      const held = heldBy(operation)
      for (const barrier of held) barrier.gate = slowed(barrier.gate, now())
      if (until !== null) close(until, held)
    },
    pauseUntil: (at) => close(at, [whole]),
    pausedUntil: () => (whole.gate.closedUntil > now() ? whole.gate.closedUntil : null),
    waiting: () => queue.size(),
    stop() {
      stopped = true
      clearTimeout(timer)
      for (const { turnAway } of queue.clear()) turnAway()
      void lane.stop({ dropWaitingJobs: true })
    },
  }
}

/** No lane at all: for a tool on this machine that nobody else uses. */
export const unpaced: Pace = {
  run: (job) => job(),
  ease: () => {},
  slow: () => {},
  pauseUntil: () => {},
  pausedUntil: () => null,
  waiting: () => 0,
  stop: () => {},
}
