import { ConnectorError } from '../contract/errors.ts'
import type { ContactState } from '../deliver/contact.ts'
import { contested } from '../deliver/contest.ts'
import { afterLook } from '../deliver/drift.ts'
import type { Core } from './core.ts'
import { lookAt } from './looking.ts'
import type { OnItsWay } from './on-its-way.ts'
import { leaveOf, type Tool } from './tool.ts'

/**
 * Looks at contacts in a tool and stores what was seen, unless somebody wrote in between: what others have changed is
 * found, and repaired. `null`: the tool cannot be looked at now; else the nodes of those of whom something was concluded.
 */
export type Inspect = (states: readonly ContactState[]) => Promise<ReadonlySet<string> | null>

/** Nobody wrote in between: what was read may be concluded from. */
const untouched = (before: ContactState, now: ContactState): boolean =>
  now.job === null &&
  before.wanted === now.wanted &&
  before.settled === now.settled &&
  before.observedAt === now.observedAt

export const createInspection = (core: Core, tool: Tool, late: OnItsWay): Inspect => {
  const tellOfFights = (before: ContactState, after: ContactState): void => {
    const fields = [...contested(after)].filter((name) => !contested(before).has(name))
    if (fields.length > 0)
      core.log.warn({ connector: tool.key, fields }, 'somebody else keeps changing what is ours: it is written no more')
  }
  const inspect = async (states: readonly ContactState[]): Promise<ReadonlySet<string>> => {
    const read = new Map(states.map((state) => [state.node, state]))
    const written = states.flatMap(({ held, tried }) => [held, tried].flatMap((state) => state ?? []))
    const { seen } = await lookAt(core, tool, states, written, 'sweep')
    if (seen.size === 0) return new Set()
    return core.writer.run('settle', async () => {
      const contacts = (await core.store.contacts(tool.key, [...seen.keys()])).flatMap((now) => {
        const before = read.get(now.node)
        const holding = seen.get(now.node)
        if (before === undefined || holding === undefined || !untouched(before, now)) return []
        const after = afterLook(now, { holding, at: core.now(), ...leaveOf(tool) })
        tellOfFights(now, after)
        return [after]
      })
      await core.store.commit({ contacts })
      if (contacts.some((state) => state.dirtyAt !== null)) core.committed()
      return new Set(contacts.map(({ node }) => node))
    })
  }
  return async (states) => {
    if (tool.state.phase === 'off' || tool.state.paused !== null) return null
    try {
      return await inspect(states.filter((state) => state.aim !== 'erase' && late.until(state) === null))
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      core.log.warn({ connector: tool.key, kind: error.kind, reason: error.message }, 'looking at the tool failed')
      if (error.kind === 'throttled') tool.pauseUntil(core.now() + (error.afterMs ?? 1_000))
      return null
    }
  }
}
