import { ConnectorError } from '../contract/errors.ts'
import { afterCall, type Breaker, beforeCall, closed } from '../deliver/breaker.ts'
import { type ContactState, lanes } from '../deliver/contact.ts'
import type { Core } from './core.ts'
import { createDelivery } from './delivery.ts'
import { createJobs } from './jobs.ts'
import type { OnItsWay } from './on-its-way.ts'
import { see } from './redecide.ts'
import type { Tool } from './tool.ts'
import { createVerdicts } from './verdicts.ts'
import { createWithholding } from './withholding.ts'

/** Sends the current difference of one connector's contacts, whenever there is one. One tool's trouble slows no other. */
export interface Dispatcher {
  /** Something may be dirty. */
  readonly wake: () => void
  /** Resolves when nothing can be sent at this instant. */
  readonly rest: () => Promise<void>
  readonly breaker: () => Breaker['state']
  /** Nodes of contacts that are being sent something. */
  readonly underWay: Set<string>
  /** No send begins from now on; resolves when those that had begun have ended. */
  readonly stop: () => Promise<void>
}
const mostLines = 4
/** One line alone sends as many at the same time as a tool allows that takes one contact a request. */
const linesFor = ({ connector, limits }: Tool): number =>
  connector.ways.push?.mode === 'single' ? 1 : Math.min(limits.concurrency, mostLines)
const longestSleepMs = 60_000
const shortestSleepMs = 50

const anybody = (): boolean => true
const isUrgent = ({ lane }: ContactState): boolean => lane === lanes.consent

const judged = (thrown: unknown, tool: Tool): ConnectorError =>
  thrown instanceof ConnectorError
    ? thrown
    : new ConnectorError('bug', `delivering to ${tool.key}: ${String(thrown)}`, { cause: thrown })

/** `inFlight` are contacts that a dispatcher before this one is still sending something: they are left to it. */
export const createDispatcher = (core: Core, tool: Tool, late: OnItsWay, inFlight = new Set<string>()): Dispatcher => {
  const verdicts = createVerdicts(core, tool)
  const withhold = createWithholding(core, tool)
  const jobs = createJobs(core, tool, verdicts, withhold)
  const delivery = createDelivery(core, { tool, verdicts, jobs, withhold, late, ended: () => stopped })
  let breaker: Breaker = closed
  /** Lines at work, and whether the one for consent alone is. */
  let lines = 0
  let urging = false
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void>[] = []

  /** Takes rows for one line: marked before anybody else gets a turn, so no contact is in two batches. */
  const take = async (isMeant: (row: ContactState) => boolean): Promise<readonly ContactState[]> => {
    const rows = await core.store.dirty(tool.key, core.now(), tool.limits.batch + inFlight.size)
    const taken = rows.filter((row) => !inFlight.has(row.node) && isMeant(row)).slice(0, tool.limits.batch)
    for (const row of taken) inFlight.add(row.node)
    return taken
  }
  const called = (ok: boolean) => {
    breaker = afterCall(breaker, ok, core.now())
  }
  const attempt = async <T>(states: readonly ContactState[], work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work()
    } catch (thrown) {
      const error = judged(thrown, tool)
      if (error.kind !== 'throttled' && error.kind !== 'invalid') called(false)
      await delivery.fail(states, error)
      return null
    }
  }
  const deliver = async (nodes: readonly string[]): Promise<void> => {
    // No send starts with any but the then-current decision.
    await see(core, nodes, { lane: 'settle' })
    const stored = await core.store.contacts(tool.key, nodes)
    const current = stored.filter((state) => state.dirtyAt !== null && state.dead === null)
    await attempt(current, () => delivery.send(current, () => called(true)))
  }
  const isIdle = (): boolean => {
    const { phase, paused } = tool.state
    return stopped || paused !== null || phase === 'off' || phase === 'observe'
  }
  const mayCall = (): boolean => {
    if (isIdle()) return false
    const gate = beforeCall(breaker, core.now())
    breaker = gate.breaker
    return gate.waitMs === 0
  }
  /** One job, or one batch; false: nothing can be asked or sent at this instant. */
  const step = async (isMeant: (row: ContactState) => boolean): Promise<boolean> => {
    if (!mayCall()) return false
    if ((await attempt([], jobs.step)) !== false) return true
    const nodes = (await take(isMeant)).map((row) => row.node)
    if (nodes.length === 0) return false
    // There may be more, for another line.
    wake()
    try {
      await deliver(nodes)
    } finally {
      for (const node of nodes) inFlight.delete(node)
    }
    return true
  }

  /** Until the next contact's time comes; a commit wakes earlier, and a check or another phase wakes whom nothing may be sent to. */
  const sleep = async (): Promise<void> => {
    if (isIdle()) return
    const times = [await core.store.nextTry(tool.key), jobs.nextAt()].flatMap((time) => time ?? [])
    if (times.length === 0) return
    const at = Math.min(...times)
    const waitMs = Math.max(at - core.now(), beforeCall(breaker, core.now()).waitMs, shortestSleepMs)
    clearTimeout(timer)
    timer = setTimeout(wake, Math.min(longestSleepMs, waitMs))
    timer.unref()
  }
  const begin = (isMeant: (row: ContactState) => boolean, ending: () => void): void => {
    clearTimeout(timer)
    const line = async (): Promise<void> => {
      while (await step(isMeant));
    }
    const ended = line()
      .catch((error: unknown) => core.log.error({ connector: tool.key, err: error }, 'dispatch failed'))
      .then(async () => {
        running = running.filter((other) => other !== ended)
        ending()
        if (running.length === 0) await sleep()
      })
    running.push(ended)
  }
  /** Consent and erasure wait behind nothing: while all lines are at work, one more takes these alone. */
  const wake = (): void => {
    if (stopped) return
    if (lines < linesFor(tool)) {
      lines += 1
      begin(anybody, () => {
        lines -= 1
      })
    } else if (!urging) {
      urging = true
      begin(isUrgent, () => {
        urging = false
      })
    }
  }
  const finished = async (): Promise<void> => {
    while (running.length > 0) await Promise.all(running)
  }
  return {
    wake,
    rest: () => {
      wake()
      return finished()
    },
    breaker: () => breaker.state,
    underWay: inFlight,
    stop: () => {
      stopped = true
      clearTimeout(timer)
      return finished()
    },
  }
}
