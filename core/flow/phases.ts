import { writes } from '../deliver/aim.ts'
import type { Phase } from '../deliver/settings.ts'
import type { Core } from './core.ts'
import type { Course } from './course.ts'
import type { Denied } from './operations.ts'
import type { Tool } from './tool.ts'

export interface Phases {
  readonly set: (tool: Tool, phase: Phase, actor: string) => Promise<{ readonly phase: Phase } | Denied>
  /** Ends a retiring when everything that can be given back is given back. */
  readonly finishRetiring: (tool: Tool) => Promise<boolean>
}

/** Why a connector may not go to a phase; null: it may. */
const obstacle = (core: Core, tool: Tool, phase: Phase): string | null => {
  const { plans } = core.basis()
  const rollouts = plans.find((plan) => plan.connector === tool.key)?.rollouts ?? []
  if (phase === 'retiring') return 'retiring is passed through on the way down: ask for off, observe or shadow'
  if (phase === 'pilot' && rollouts.length === 0)
    return `no rollout in hub.yaml names ${tool.key}: add one that says for whom the pilot is`
  if (writes(phase) && tool.connector.push === undefined) return `${tool.settings.use} cannot be written to`
  if (writes(phase) && tool.state.account === null) return `the tool has not been reached yet: run check first`
  if (writes(phase) && tool.state.paused !== null)
    return `the tool is paused: ${tool.state.paused}; mend that and run check`
  return null
}

export const createPhases = (core: Core, course: Course): Phases => {
  const move = async (tool: Tool, to: Phase, next: Phase | null, actor: string) => {
    const from = tool.state.phase
    const at = core.now()
    tool.state = { ...tool.state, phase: to, phaseSince: at, next }
    await core.writer.run('front', async () => {
      await core.store.commit({
        connector: tool.state,
        audit: [{ at, actor, action: 'phase', subject: tool.key, detail: { from, to, next } }],
      })
      course.replan()
    })
    core.committed()
  }
  /** Whether the hub has written to anybody in this tool and not given it back. */
  const hasWritten = async (tool: Tool): Promise<boolean> => {
    for (let cursor: string | null = null; ; ) {
      const page = await core.store.contactsPage(tool.key, 500, cursor)
      if (page.items.some((state) => state.touchedAt !== null)) return true
      if (page.next === null) return false
      cursor = page.next
    }
  }
  return {
    set: async (tool, phase, actor) => {
      const denied = obstacle(core, tool, phase)
      if (denied !== null) return { denied }
      const retires = !writes(phase) && (await hasWritten(tool))
      await move(tool, retires ? 'retiring' : phase, retires ? phase : null, actor)
      return { phase: tool.state.phase }
    },
    finishRetiring: async (tool) => {
      const { phase, next } = tool.state
      if (phase !== 'retiring' || next === null || !core.walk.isDone(core.basis().id)) return false
      const totals = (await core.store.contactTotals()).find(({ connector }) => connector === tool.key)
      if ((totals?.pending ?? 0) > 0) return false
      await move(tool, next, null, 'hub')
      return true
    },
  }
}
