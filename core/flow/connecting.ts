import { ConnectorError } from '../contract/errors.ts'
import type { RawRequest } from '../contract/webhook.ts'
import { writes } from '../deliver/aim.ts'
import type { ContactState } from '../deliver/contact.ts'
import { isProven } from '../host/proof.ts'
import type { ContactTotals, Slice } from '../store/port.ts'
import type { Core } from './core.ts'
import type { Course } from './course.ts'
import { gatesFor } from './gating.ts'
import type { Line } from './lines.ts'
import { needsOf } from './needs.ts'
import type { Actor, Connectors, ConnectorView, Denied } from './operations.ts'
import type { Phases } from './phases.ts'
import { timed } from './skew.ts'
import type { Tool } from './tool.ts'

const told = (error: unknown): Denied => {
  if (error instanceof ConnectorError) return { denied: error.message }
  throw error
}
/** What an admin may ask of connectors. */
export const createConnectors = (
  core: Core,
  course: Course,
  lines: ReadonlyMap<string, Line>,
  phases: Phases,
): Connectors => {
  const lineOf = (id: string): Line => {
    const line = lines.get(id)
    if (line === undefined) throw new Error(`finding the connector ${id}: hub.yaml has none of that name`)
    return line
  }
  const healthOf = ({ tool, dispatcher }: Line): ConnectorView['health'] => {
    if (tool.state.phase === 'off') return 'off'
    if (tool.state.paused !== null) return 'paused'
    return dispatcher.breaker() === 'closed' ? 'ok' : 'failing'
  }
  const viewOf = (line: Line, all: readonly ContactTotals[]): ConnectorView => {
    const { tool } = line
    const totals = all.find(({ connector }) => connector === tool.key)
    const oldest = totals?.oldestDirtyAt ?? null
    return {
      id: tool.key,
      use: tool.settings.use,
      title: tool.connector.title,
      channel: tool.settings.channel,
      phase: tool.state.phase,
      phaseSince: new Date(tool.state.phaseSince).toISOString(),
      health: healthOf(line),
      problem: tool.state.paused,
      account: tool.state.account,
      contacts: totals?.contacts ?? 0,
      pending: totals?.pending ?? 0,
      deadLetters: totals?.dead ?? 0,
      lagS: oldest === null ? 0 : Math.max(0, Math.round((core.now() - oldest) / 1_000)),
      sandbox: tool.sandboxUrl === null ? null : { url: `${tool.sandboxUrl}/__sandbox` },
    }
  }
  const keep = (tool: Tool) => core.writer.run('settle', () => core.store.commit({ connector: tool.state }))

  /** Puts one page of dead letters back; runs in the writer, so that nobody comes back who was erased meanwhile. */
  const revive = async (tool: Tool, cursor: string | null, actor: Actor): Promise<Slice<ContactState>> => {
    const page = await core.store.deadLetters(tool.key, 500, cursor)
    if (page.items.length === 0) return page
    const at = core.now()
    const contacts = page.items.map((state) => ({
      ...state,
      dead: null,
      attempts: 0,
      nextTryAt: 0,
      settled: null,
      dirtyAt: state.dirtyAt ?? at,
      observedAt: null,
    }))
    const detail = { contacts: contacts.length }
    await core.store.commit({
      contacts,
      audit: [{ at, actor: actor.name, action: 'replay', subject: tool.key, detail }],
    })
    return page
  }

  const check: Connectors['check'] = async (id) => {
    const { tool, dispatcher } = lineOf(id)
    if (tool.state.phase === 'off') return { denied: `${id} is off` }
    try {
      const { context, skewS } = timed(tool.context('read'), core.now)
      const found = await tool.connector.check(context)
      const same = tool.state.account === found.account && tool.state.epoch === found.epoch
      // A cursor is of the account that gave it.
      tool.state = { ...tool.state, ...found, paused: null, cursor: same ? tool.state.cursor : null }
      await keep(tool)
      if (!same) {
        course.replan()
        core.committed()
      }
      dispatcher.wake()
      return { ...found, skewS: skewS() }
    } catch (error) {
      return told(error)
    }
  }

  const setup: Connectors['setup'] = async (id, actor) => {
    const { tool } = lineOf(id)
    if (tool.state.phase === 'off') return { denied: `${id} is off` }
    if (tool.connector.setup === undefined) return { denied: `${tool.settings.use} has nothing that can be set up` }
    try {
      const report = await tool.connector.setup(tool.context('setup'), needsOf(core.basis(), tool))
      const audit = [{ at: core.now(), actor: actor.name, action: 'setup', subject: id, detail: { ...report } }]
      await core.writer.run('settle', () => core.store.commit({ audit }))
      return report
    } catch (error) {
      return told(error)
    }
  }

  return {
    connectors: async () => {
      const totals = await core.store.contactTotals()
      return [...lines.values()].map((line) => viewOf(line, totals))
    },
    connector: async (id) => {
      const line = lines.get(id)
      return line === undefined ? null : viewOf(line, await core.store.contactTotals())
    },
    check,
    setup,
    pull: async (id) => {
      const { tool, inflow, sweep } = lineOf(id)
      if (tool.state.phase === 'off') return { denied: `${id} is off` }
      try {
        const records = await inflow.pull()
        await sweep.round()
        return { records }
      } catch (error) {
        return told(error)
      }
    },
    replay: async (id, actor) => {
      const { tool, dispatcher } = lineOf(id)
      let replayed = 0
      for (let cursor: string | null = null; ; ) {
        const page = await core.writer.run('settle', () => revive(tool, cursor, actor))
        replayed += page.items.length
        cursor = page.next
        if (cursor === null) break
      }
      dispatcher.wake()
      return { replayed }
    },
    gates: (id, phase) => gatesFor(core, lineOf(id).tool, phase),
    setPhase: async (id, phase, actor) => {
      const { tool, dispatcher } = lineOf(id)
      // Nobody sits at a sandbox to press the button: it gets its fields when it may be written.
      if (tool.sandboxUrl !== null && writes(phase)) await setup(id, actor)
      const answer = await phases.set(tool, phase, actor.name)
      dispatcher.wake()
      return answer
    },
    shadow: async (id, { limit, cursor }) => {
      const { items, next } = await core.store.shadow(id, limit, cursor)
      return {
        items: items.map(({ at, contact, would, holds }) => ({
          at: new Date(at).toISOString(),
          contact,
          would,
          holds,
        })),
        next,
      }
    },
    deliveries: async (id, { limit, cursor }) => {
      const { items, next } = await core.store.deliveries(id, limit, cursor)
      return {
        items: items.map(({ connector: _, at, ...rest }) => ({ at: new Date(at).toISOString(), ...rest })),
        next,
      }
    },
    deadLetters: async (id, { limit, cursor }) => {
      const { items, next } = await core.store.deadLetters(id, limit, cursor)
      const view = items.map((state) => ({
        contact: state.key.value,
        since: new Date(state.dirtyAt ?? 0).toISOString(),
        attempts: state.attempts,
        reason: state.dead ?? '',
      }))
      return { items: view, next }
    },
    webhook: async (id, request: RawRequest) => {
      const line = lines.get(id)
      const webhook = line?.tool.connector.webhook
      if (line === undefined || webhook === undefined || line.tool.state.phase === 'off') return 'unknown'
      const context = line.tool.context('read')
      const { settings } = context
      if (webhook.isPing?.(settings, request)) return 'pinged'
      if (!isProven(webhook.proof, settings, request, core.now())) return 'forged'
      const told = webhook.parse(settings, request)
      const hints = told.filter((one) => one.kind === 'hint')
      const recalled = hints.length === 0 ? [] : await line.tool.connector.recall?.(context, hints)
      await line.inflow.take([...told.filter((one) => one.kind !== 'hint'), ...(recalled ?? [])])
      return 'accepted'
    },
  }
}
