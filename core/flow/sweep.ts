import { ConnectorError } from '../contract/errors.ts'
import type { ContactState } from '../deliver/contact.ts'
import { afterLook } from '../deliver/drift.ts'
import type { Core } from './core.ts'
import { type Tool, wantedOf } from './tool.ts'

/** Looks at what a tool holds, contact by contact, round and round: the audit before the first write, and drift after it. */
export interface Sweep {
  /** One page of contacts. Answers whether the round is complete. */
  readonly step: () => Promise<boolean>
  /** One whole round from the beginning; `unseen`: only contacts that were never looked at. */
  readonly round: (whom?: 'all' | 'unseen') => Promise<void>
}

/** Nobody wrote in between: what was read may be concluded from. */
const untouched = (before: ContactState, now: ContactState): boolean =>
  before.wanted === now.wanted && before.settled === now.settled && before.observedAt === now.observedAt

export const createSweep = (core: Core, tool: Tool): Sweep => {
  let cursor: string | null = null

  const page = async (whom: 'all' | 'unseen'): Promise<boolean> => {
    const { read } = tool.connector
    if (read === undefined || tool.state.phase === 'off' || tool.state.paused !== null) return true
    const { items, next } = await core.store.contactsPage(tool.key, tool.limits.batch, cursor)
    const states = new Map(
      items
        .filter((state) => state.aim !== 'erase' && (whom === 'all' || state.observedAt === null))
        .map((state) => [state.node, state]),
    )
    if (states.size > 0) {
      const contacts = [...states.values()].map((state) => ({
        id: state.node,
        key: state.key,
        remoteId: state.remoteId ?? undefined,
      }))
      const seen = await read(tool.context('read'), contacts, wantedOf(tool, core.basis().program.placements.values()))
      await core.writer.run('settle', async () => {
        const stored = await core.store.contacts(tool.key, [...seen.keys()])
        const changed = stored.flatMap((now) => {
          const before = states.get(now.node)
          const holding = seen.get(now.node)
          return before !== undefined && holding !== undefined && untouched(before, now)
            ? [afterLook(now, holding, core.now())]
            : []
        })
        await core.store.commit({ contacts: changed })
        if (changed.some((state) => state.dirtyAt !== null)) core.committed()
      })
    }
    cursor = next
    return next === null
  }
  const look = async (whom: 'all' | 'unseen'): Promise<boolean> => {
    try {
      return await page(whom)
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      core.log.warn({ connector: tool.key, kind: error.kind, reason: error.message }, 'looking at the tool failed')
      if (error.kind === 'throttled') tool.pauseUntil(core.now() + (error.afterMs ?? 1_000))
      return true
    }
  }
  return {
    step: () => look('all'),
    round: async (whom = 'all') => {
      cursor = null
      while (!(await look(whom)));
    },
  }
}
