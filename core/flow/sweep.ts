import type { ContactState } from '../deliver/contact.ts'
import type { Core } from './core.ts'
import type { Inspect } from './inspection.ts'
import type { Tool } from './tool.ts'

/** Looks at what a tool holds, contact by contact, round and round: the audit before the first write, and drift after it. */
export interface Sweep {
  /** The next few contacts of the endless round. */
  readonly step: () => Promise<void>
  /** One whole round from the beginning; `unseen`: only contacts that were never looked at. */
  readonly round: (whom?: 'all' | 'unseen') => Promise<void>
}

/** A round in the background takes little of what the vendor allows: some tools are read one contact at a time. */
const perStep = 25

export const createSweep = (core: Core, tool: Tool, inspect: Inspect): Sweep => {
  /** The cursor of the next page; null: that was the last one, or the tool cannot be looked at now. */
  const page = async (cursor: string | null, limit: number, whom: 'all' | 'unseen'): Promise<string | null> => {
    const { items, next } = await core.store.contactsPage(tool.key, limit, cursor)
    const isMeant = (state: ContactState) => whom === 'all' || state.observedAt === null
    return (await inspect(items.filter(isMeant))) === null ? null : next
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
