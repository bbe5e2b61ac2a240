import { writes } from '../deliver/aim.ts'
import { type Gate, isBarred, isWaived } from '../deliver/gates.ts'
import type { Phase } from '../deliver/settings.ts'
import type { Denied } from './asking.ts'
import type { Core } from './core.ts'
import type { Course } from './course.ts'
import { gatesFor } from './gating.ts'
import type { Tool } from './tool.ts'

export interface Phases {
  readonly set: (tool: Tool, phase: Phase, actor: string) => Promise<{ readonly phase: Phase } | Denied>
  /** Ends a retiring when everything that can be given back is given back. */
  readonly finishRetiring: (tool: Tool) => Promise<boolean>
}

/** Why a connector may not go to a phase; null: it may. */
const obstacle = (phase: Phase, gates: readonly Gate[]): string | null => {
  if (phase === 'retiring') return 'retiring is passed through on the way down: ask for off, observe or shadow'
  const [barred] = gates.filter(isBarred)
  return barred === undefined ? null : `${barred.gate}: ${barred.found}; ${barred.wanted}`
}

export const createPhases = (core: Core, course: Course): Phases => {
  /** `waived`: gates that were not met, and that a person went on without. */
  const move = async (tool: Tool, to: Phase, next: Phase | null, actor: string, waived: readonly string[] = []) => {
    const { phase: from, phaseSince: since } = tool.state
    const at = core.now()
    tool.state = { ...tool.state, phase: to, phaseSince: at, next }
    await core.writer.run('front', async () => {
      await core.store.commit({
        connector: tool.state,
        audit: [
          {
            at,
            actor,
            action: 'phase',
            subject: tool.key,
            detail: { from, since, to, next, ...(waived.length > 0 && { waived }) },
          },
        ],
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
      const gates = await gatesFor(core, tool, phase)
      const denied = obstacle(phase, gates)
      if (denied !== null) return { denied }
      const waived = gates.filter(isWaived).map(({ gate }) => gate)
      const retires = !writes(phase) && (await hasWritten(tool))
      await move(tool, retires ? 'retiring' : phase, retires ? phase : null, actor, waived)
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
