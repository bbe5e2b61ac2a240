import cron, { type ScheduledTask } from 'node-cron'
import type { Core } from './core.ts'
import { drain } from './drain.ts'
import type { Line } from './lines.ts'
import type { Phases } from './phases.ts'

export interface Schedule {
  /** Due profiles, stale profiles, waiting contacts and tools that retire: until nothing is to be done at this instant. */
  readonly settle: () => Promise<void>
  readonly wake: () => void
  /** Takes over that there are other lines now. */
  readonly follow: () => void
  readonly stop: () => Promise<void>
}
const beatMs = 500

/** Whether this can be scheduled by. */
export const isCron = (expression: string): boolean => cron.validate(expression)

/** What happens by itself: profiles that fall due, tools looked at round and round, pulls by their cron expression. */
export const createSchedule = (
  core: Core,
  lines: ReadonlyMap<string, Line>,
  phases: Phases,
  { unattended, recheck }: { readonly unattended: boolean; readonly recheck: (connector: string) => Promise<unknown> },
): Schedule => {
  let working: Promise<void> | null = null
  let again = false
  let stopped = false
  const wakeAll = () => {
    for (const { dispatcher } of lines.values()) dispatcher.wake()
  }
  const once = async (): Promise<void> => {
    do {
      again = false
      wakeAll()
      await drain(core)
    } while (again && !stopped)
    wakeAll()
  }
  const work = (): Promise<void> => {
    again = true
    working ??= once()
      .catch((error: unknown) => core.log.error({ err: error }, 'background work failed'))
      .finally(() => {
        working = null
      })
    return working
  }
  const guarded = (what: string, job: () => Promise<unknown>) => async () => {
    try {
      await job()
    } catch (error) {
      core.log.warn({ what, err: error }, 'a scheduled job failed')
    }
  }
  const told = (message: unknown) => core.log.info({ said: String(message) }, 'cron')
  const logger = { info: told, warn: told, debug: told, error: told }
  const jobsOf = ({ tool, inflow, sweep, hints }: Line): readonly ScheduledTask[] => {
    const { key } = tool
    const every = (expression: string, what: string, job: () => Promise<unknown>) =>
      cron.schedule(expression, guarded(`${what} ${key}`, job), { name: `${what} ${key}`, noOverlap: true, logger })
    const pull = tool.settings.pull === undefined ? [] : [every(tool.settings.pull.every, 'pull', () => inflow.pull())]
    return [
      ...pull,
      every('*/5 * * * * *', 'look', () => sweep.step()),
      every('*/2 * * * * *', 'look closer at', () => hints.step()),
      every('*/10 * * * * *', 'retire', () => phases.finishRetiring(tool)),
      every('*/30 * * * * *', 'recheck', async () => (tool.state.paused === null ? undefined : recheck(key))),
      // A tool that was exchanged, or restored, says nothing of it by itself.
      every('0 */5 * * * *', 'check', () => recheck(key)),
    ]
  }
  const jobs = new Map<Line, readonly ScheduledTask[]>()
  const follow = (): void => {
    const present = new Set(unattended ? lines.values() : [])
    const gone = [...jobs.keys()].filter((line) => !present.has(line))
    for (const line of gone) {
      for (const job of jobs.get(line) ?? []) void job.destroy()
      jobs.delete(line)
    }
    for (const line of present) if (!jobs.has(line)) jobs.set(line, jobsOf(line))
  }
  follow()
  const beat = unattended ? setInterval(() => void work(), beatMs).unref() : undefined

  return {
    follow,
    wake: () => {
      if (!stopped) void work()
    },
    settle: async () => {
      while (!stopped) {
        await work()
        await Promise.all([...lines.values()].map(({ hints }) => hints.round()))
        await Promise.all([...lines.values()].map(({ dispatcher }) => dispatcher.rest()))
        await core.writer.idle()
        const finished = await Promise.all([...lines.values()].map(({ tool }) => phases.finishRetiring(tool)))
        const rests = working === null && !finished.includes(true)
        if (rests && (await core.store.due(core.now(), 1)).length === 0) return
      }
    },
    stop: async () => {
      stopped = true
      clearInterval(beat)
      for (const job of [...jobs.values()].flat()) await job.destroy()
      await working
      await Promise.all([...lines.values()].map(({ dispatcher }) => dispatcher.stop()))
      await core.writer.idle()
    },
  }
}
