import type { Receipt } from '../../core/contract/change.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { PaperTool } from './paper.ts'

interface Job {
  readonly endsAt: number
  readonly work: () => Promise<readonly Receipt[]>
  receipts: readonly Receipt[] | null
}
/** A paper tool that makes a job of whatever it is sent. */
export interface PaperJobs {
  readonly paper: PaperTool
  /** How often it was asked about each ticket. */
  readonly asked: ReadonlyMap<string, number>
  /** How long jobs last that it makes from now on, in milliseconds. */
  lastsMs: number
  /** Instead of its answers, though it makes its jobs; null: it answers. */
  mute: ConnectorError | null
  /** It tells nothing of the jobs any more that it has ended. */
  readonly forget: () => void
  /** What it has not ended by now is never done. */
  readonly cancel: () => void
  /** Does what is done by now. Everybody who looks at the tool comes after that. */
  readonly work: () => Promise<void>
}

export const withJobs = (paper: PaperTool, now: () => number, lastsMs: number): PaperJobs => {
  const { push, read, erase, ways } = paper.connector
  const jobs = new Map<string, Job>()
  const asked = new Map<string, number>()
  let serial = 0
  const workOff = async (): Promise<void> => {
    const due = [...jobs.values()].filter((job) => job.receipts === null && job.endsAt <= now())
    for (const job of due.sort((a, b) => a.endsAt - b.endsAt)) job.receipts = await job.work()
  }
  // Whoever comes while it works waits until it is done.
  let working = Promise.resolve()
  const work = (): Promise<void> => {
    working = working.then(workOff)
    return working
  }
  const told = <T>(answer: T): T => {
    if (tool.mute !== null) throw tool.mute
    return answer
  }
  const tool: PaperJobs = {
    paper,
    asked,
    lastsMs,
    mute: null,
    work,
    forget: () => {
      for (const [ticket, { receipts }] of jobs) if (receipts !== null) jobs.delete(ticket)
    },
    cancel: () => jobs.clear(),
  }
  paper.connector = {
    ...paper.connector,
    ways: { ...ways, push: { mode: 'job', atomic: false, failures: 'by-report', upsert: 'email' } },
    push: async (ctx, changes) => {
      await work()
      const ticket = `job ${++serial}`
      const job = async () => (await push?.(ctx, changes)) ?? []
      jobs.set(ticket, { endsAt: now() + tool.lastsMs, work: job, receipts: null })
      return told(changes.map(({ contact }) => ({ contact: contact.id, status: 'accepted', ticket })))
    },
    settle: async (_, ticket, contacts) => {
      await work()
      asked.set(ticket, (asked.get(ticket) ?? 0) + 1)
      told(ticket)
      const job = jobs.get(ticket)
      if (job === undefined) throw new ConnectorError('invalid', `no job ${ticket}`)
      const { receipts } = job
      if (receipts === null) return contacts.map(({ id }) => ({ contact: id, status: 'accepted', ticket }))
      return receipts.filter(({ contact }) => contacts.some(({ id }) => id === contact))
    },
    read: async (...args) => {
      await work()
      return (await read?.(...args)) ?? new Map()
    },
    erase: async (...args) => {
      await work()
      return (await erase?.(...args)) ?? []
    },
  }
  return tool
}
