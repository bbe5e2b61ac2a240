import Bottleneck from 'bottleneck'
import type { Limits } from '../contract/limits.ts'

/** The lane of one connector to its tool. One job is one HTTP request. */
export interface Pace {
  /** Runs the job when its turn comes. 0 goes first, 9 last, 5 unless stated. */
  readonly run: <T>(job: () => Promise<T>, priority?: number) => Promise<T>
  /** No job of this lane starts before `at` (milliseconds since 1970). An earlier end never shortens a pause. */
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

/**
 * A lane within the limits, by bottleneck: a least time between two starts and a bound on how many run at once.
 * No reservoir (its fixed window lets nearly twice the rate through at the seam) and none of its retries.
 */
export const paceFor = (limits: Pick<Limits, 'perSecond' | 'concurrency'>, now: () => number): Pace => {
  const lane = new Bottleneck({ minTime: Math.ceil(1000 / limits.perSecond), maxConcurrent: limits.concurrency })
  let end: number | null = null
  let timer: NodeJS.Timeout | undefined

  const resume = () => {
    if (end !== null && end > now()) return wait(end)
    end = null
    // A reservoir of null means none: bottleneck starts what has waited, at the lane's own pace.
    void lane.updateSettings({ reservoir: null })
  }
  const wait = (at: number) => {
    clearTimeout(timer)
    timer = setTimeout(resume, Math.min(Math.max(at - now(), 0), longestTimerMs))
  }
  return {
    async run(job, priority = 5) {
      while (true) {
        // Bottleneck gives out turns ahead of time; one that comes up in a pause is given back.
        const turn = await lane.schedule({ priority }, async () => (end === null ? { done: await job() } : null))
        if (turn) return turn.done
      }
    },
    pauseUntil(at) {
      if (at <= (end ?? now())) return
      end = at
      void lane.updateSettings({ reservoir: 0 })
      wait(at)
    },
    pausedUntil: () => end,
    waiting: () => lane.counts().RECEIVED + lane.counts().QUEUED,
    stop() {
      if (end === Number.POSITIVE_INFINITY) return
      clearTimeout(timer)
      end = Number.POSITIVE_INFINITY
      void lane.stop({ dropWaitingJobs: true })
    },
  }
}

/** No lane at all: for a tool on this machine that nobody else uses. */
export const unpaced: Pace = {
  run: (job) => job(),
  pauseUntil: () => {},
  pausedUntil: () => null,
  waiting: () => 0,
  stop: () => {},
}

/** The vendor's limits, made tighter where config says so; never looser. */
export const tightened = (
  vendor: Limits,
  own: { readonly [Name in keyof Limits]?: Limits[Name] | undefined },
): Limits => ({
  batch: Math.min(vendor.batch, own.batch ?? vendor.batch),
  concurrency: Math.min(vendor.concurrency, own.concurrency ?? vendor.concurrency),
  perSecond: Math.min(vendor.perSecond, own.perSecond ?? vendor.perSecond),
  timeoutMs: Math.min(vendor.timeoutMs, own.timeoutMs ?? vendor.timeoutMs),
})
