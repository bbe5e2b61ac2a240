import type { ContactState, Job } from '../deliver/contact.ts'
import { endOf } from '../deliver/job.ts'
import { isUnknown } from '../deliver/parcel.ts'
import type { Core } from './core.ts'
import type { Tool } from './tool.ts'

/** What may still alter a tool without our doing: requests of a process that has died, and jobs. */
export interface OnItsWay {
  /** Until when something may reach this contact yet; null: nothing can any more. */
  readonly until: (state: ContactState) => number | null
  /** What comes of these is of this process. */
  readonly noteSent: (nodes: readonly string[]) => void
}

/**
 * What a process has sent last may reach the tool after the next process has begun, within the time-out of a request, and
 * the tool may make a job of it. So long nothing is concluded about a contact with an open outcome: what the tool shows,
 * or is told, may be overtaken.
 */
export const onItsWay = (core: Pick<Core, 'now' | 'openedAt'>, { limits }: Pick<Tool, 'limits'>): OnItsWay => {
  const arrivedBy = core.openedAt + limits.timeoutMs
  const ours = new Set<string>()
  const endOfJob = (job: Job, node: string): number =>
    job.ticket === null && !ours.has(node) ? endOf({ ...job, since: Math.max(job.since, arrivedBy) }) : endOf(job)
  const untilOf = (state: ContactState): number => {
    if (state.job !== null) return endOfJob(state.job, state.node)
    return isUnknown(state) && !ours.has(state.node) ? arrivedBy : 0
  }
  return {
    until: (state) => {
      const until = untilOf(state)
      return core.now() < until ? until : null
    },
    noteSent: (nodes) => {
      for (const node of nodes) ours.add(node)
    },
  }
}
