const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
/** Whether a promise somewhere has still to have its turn of the event loop. */
const isStirring = (): boolean => process.getActiveResourcesInfo().includes('Immediate')
/** Until nothing goes on any more that needs no time: twice, because a turn may have left other promises on their way. */
const quiet = async (): Promise<void> => {
  for (let calm = 0; calm < 2; calm = isStirring() ? 0 : calm + 1) await turn()
}

interface Timer {
  readonly at: number
  readonly run: () => void
}
/** A clock that stands while anything is being done, and jumps to the next timer when nothing is: days pass in seconds. */
export interface SimulatedTime {
  readonly clock: { now: number }
  /** Time passes until this has come true. */
  readonly until: <T>(promise: Promise<T>) => Promise<T>
  readonly passTo: (at: number) => Promise<void>
  readonly wait: (ms: number) => Promise<void>
  /** Timers are the machine's again. */
  readonly end: () => void
}

/** From now on all timers of this process go by a clock of its own that begins at `start` (epoch ms). */
export const simulateTime = (start: number): SimulatedTime => {
  const clock = { now: start }
  const timers = new Set<Timer>()
  const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout }
  const setTimer = (callback: (...args: readonly unknown[]) => void, ms = 0, ...args: readonly unknown[]) => {
    const timer = {
      at: clock.now + Math.max(0, ms),
      run: () => callback(...args),
      ref: () => timer,
      unref: () => timer,
    }
    timers.add(timer)
    return timer
  }
  const put = (functions: object) => {
    for (const [name, value] of Object.entries(functions))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  }
  put({ setTimeout: setTimer, clearTimeout: (timer: Timer) => timers.delete(timer) })

  const next = (): Timer | null => {
    let first: Timer | null = null
    for (const timer of timers) if (first === null || timer.at < first.at) first = timer
    return first
  }
  /** Lets the next timer fire, if it is due by then. */
  const step = async (last: number): Promise<boolean> => {
    await quiet()
    const timer = next()
    if (timer === null || timer.at > last) return false
    timers.delete(timer)
    clock.now = Math.max(clock.now, timer.at)
    timer.run()
    return true
  }
  return {
    clock,
    until: async (promise) => {
      let over = false
      const settled = () => {
        over = true
      }
      promise.then(settled, settled)
      while (!over) await step(Number.POSITIVE_INFINITY)
      return promise
    },
    passTo: async (at) => {
      while (await step(at));
      clock.now = Math.max(clock.now, at)
    },
    wait: (ms) => new Promise((resolve) => void setTimer(() => resolve(), ms)),
    end: () => put(real),
  }
}
