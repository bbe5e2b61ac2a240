import { setImmediate } from 'node:timers/promises'
import { type Contradiction, contradictionsIn, offersNamedBy } from '../deliver/contradiction.ts'
import type { Denied } from './asking.ts'
import type { Connectors } from './connector-operations.ts'
import type { Core } from './core.ts'
import { deniedBy } from './denied.ts'
import type { Tool } from './tool.ts'

const perPage = 500

/** What goes on in a tool beside the hub: content that editors keep there, and rules of its own. */
export const createCoexistence = (
  core: Core,
  toolOf: (id: string) => Tool,
): Pick<Connectors, 'content' | 'observedRules'> => {
  const asked = async <T>(tool: Tool, ask: (() => Promise<T>) | null, what: string): Promise<T | Denied> => {
    if (tool.state.phase === 'off') return { denied: `${tool.key} is off` }
    if (ask === null) return { denied: `${tool.settings.use} does not tell of ${what}` }
    return ask().catch(deniedBy)
  }
  const contradictions = async (tool: Tool): Promise<readonly Contradiction[]> => {
    const placements = core.basis().program.registry.placements.filter(({ connector }) => connector === tool.key)
    const found = contradictionsIn(placements)
    for (let cursor: string | null = null; ; ) {
      const { items, next } = await core.store.contactsPage(tool.key, perPage, cursor)
      for (const state of items) found.add(state)
      if (next === null) return found.report()
      cursor = next
      await setImmediate()
    }
  }

  return {
    content: (id, { search, limit }) => {
      const tool = toolOf(id)
      const { content } = tool.connector
      const ask = async () => ({
        entries: content === undefined ? [] : await content(tool.context('read'), search, limit),
      })
      return asked(tool, content === undefined ? null : ask, 'content')
    },
    observedRules: (id) => {
      const tool = toolOf(id)
      const { observedRules } = tool.connector
      const { offers } = core.basis().program.registry
      const ask = async () => {
        const rules = (await observedRules?.(tool.context('read'))) ?? []
        return {
          rules: rules.map((rule) => ({ ...rule, names: offersNamedBy(rule, offers) })),
          contradictions: await contradictions(tool),
        }
      }
      return asked(tool, observedRules === undefined ? null : ask, 'rules of its own')
    },
  }
}
