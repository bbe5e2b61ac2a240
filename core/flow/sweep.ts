import { ConnectorError } from '../contract/errors.ts'
import type { ContactState } from '../deliver/contact.ts'
import { afterLook } from '../deliver/drift.ts'
import type { Core } from './core.ts'
import { lookAt } from './looking.ts'
import type { OnItsWay } from './on-its-way.ts'
import type { Tool } from './tool.ts'

/** Looks at what a tool holds, contact by contact, round and round: the audit before the first write, and drift after it. */
export interface Sweep {
  /** The next few contacts of the endless round. */
  readonly step: () => Promise<void>
  /** One whole round from the beginning; `unseen`: only contacts that were never looked at. */
  readonly round: (whom?: 'all' | 'unseen') => Promise<void>
}

/** Nobody wrote in between: what was read may be concluded from. */
const untouched = (before: ContactState, now: ContactState): boolean =>
  now.job === null &&
  before.wanted === now.wanted &&
  before.settled === now.settled &&
  before.observedAt === now.observedAt

/** A round in the background takes little of what the vendor allows: some tools are read one contact at a time. */
const perStep = 25

export const createSweep = (core: Core, tool: Tool, late: OnItsWay): Sweep => {
  /** Looks at these contacts and stores what was seen, unless somebody wrote in between. */
  const look = async (items: readonly ContactState[]): Promise<void> => {
    const states = new Map(items.map((state) => [state.node, state]))
    const written = items.flatMap(({ held, tried }) => [held, tried].flatMap((state) => state ?? []))
    const seen = await lookAt(core, tool, items, written)
    if (seen.size === 0) return
    await core.writer.run('settle', async () => {
      const changed = (await core.store.contacts(tool.key, [...seen.keys()])).flatMap((now) => {
        const before = states.get(now.node)
        const holding = seen.get(now.node)
        return before !== undefined && holding !== undefined && untouched(before, now)
          ? [afterLook(now, holding, core.now(), tool.settings.contact.create === 'inScope')]
          : []
      })
      await core.store.commit({ contacts: changed })
      if (changed.some((state) => state.dirtyAt !== null)) core.committed()
    })
  }

  /** The cursor of the next page; null: that was the last one, or the tool cannot be looked at now. */
  const page = async (cursor: string | null, limit: number, whom: 'all' | 'unseen'): Promise<string | null> => {
    if (tool.state.phase === 'off' || tool.state.paused !== null) return null
    const { items, next } = await core.store.contactsPage(tool.key, limit, cursor)
    try {
      const isMeant = (state: ContactState) => state.aim !== 'erase' && (whom === 'all' || state.observedAt === null)
      await look(items.filter((state) => isMeant(state) && late.until(state) === null))
      return next
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error
      core.log.warn({ connector: tool.key, kind: error.kind, reason: error.message }, 'looking at the tool failed')
      if (error.kind === 'throttled') tool.pauseUntil(core.now() + (error.afterMs ?? 1_000))
      return null
    }
  }

  let place: string | null = null
  return {
    step: async () => {
      place = await page(place, Math.min(perStep, tool.limits.batch), 'all')
    },
    round: async (whom = 'all') => {
      let cursor: string | null = null
      do cursor = await page(cursor, tool.limits.batch, whom)
      while (cursor !== null)
    },
  }
}
