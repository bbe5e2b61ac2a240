import { writes } from '../deliver/aim.ts'
import { createCoexistence } from './coexisting.ts'
import { createConnectorLists } from './connector-lists.ts'
import type { Connectors } from './connector-operations.ts'
import { connectorView } from './connector-view.ts'
import type { Core } from './core.ts'
import type { Course } from './course.ts'
import { deniedBy } from './denied.ts'
import { gatesFor } from './gating.ts'
import type { Line } from './lines.ts'
import { needsOf } from './needs.ts'
import type { Phases } from './phases.ts'
import { replay } from './replaying.ts'
import { timed } from './skew.ts'
import type { Tool } from './tool.ts'
import { createWebhooks } from './webhooks.ts'

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
  const keep = (tool: Tool) => core.writer.run('settle', () => core.store.commit({ connector: tool.state }))

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
      return deniedBy(error)
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
      return deniedBy(error)
    }
  }

  return {
    connectors: async () => {
      const totals = await core.store.contactTotals()
      return Promise.all([...lines.values()].map((line) => connectorView(core, line, totals)))
    },
    connector: async (id) => {
      const line = lines.get(id)
      return line === undefined ? null : connectorView(core, line, await core.store.contactTotals())
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
        return deniedBy(error)
      }
    },
    replay: async (id, actor) => {
      const { tool, dispatcher } = lineOf(id)
      const replayed = await replay(core, tool, actor)
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
    ...createCoexistence(core, (id) => lineOf(id).tool),
    ...createConnectorLists(core),
    webhook: createWebhooks(core, lines),
  }
}
