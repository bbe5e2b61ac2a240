import type { SourceRecord } from '../contract/record.ts'
import type { Hint } from '../contract/webhook.ts'
import { writes } from '../deliver/aim.ts'
import type { ContactState } from '../deliver/contact.ts'
import { speaksAgainst } from '../deliver/drift.ts'
import { portions } from '../deliver/portions.ts'
import { nodeIds } from '../profile/node.ts'
import type { Core } from './core.ts'
import type { Inspect } from './inspection.ts'
import type { Tool } from './tool.ts'

/**
 * Contacts that a tool has said something of: they are looked at soon, for what it said may be old by now, or the echo of
 * our own write.
 */
export interface Hints {
  /** Remembers whom these speak of, where the tool should hold something else than they say, or they say nothing of it. */
  readonly take: (said: readonly (SourceRecord | Hint)[]) => Promise<void>
  /** Looks at a few of those whose time has come. */
  readonly step: () => Promise<void>
  /** Looks at all of them. */
  readonly round: () => Promise<void>
}

/** More are forgotten: the endless round comes to them. */
const most = 10_000
const perStep = 25
/** However much is said of a contact, it is not looked at more often. */
const restMs = 5_000

export const createHints = (core: Core, tool: Tool, inspect: Inspect): Hints => {
  const hinted = new Set<string>()

  /** The contacts that a record is about: by what the tool finds them by, or else as the tool's own id is known. */
  const contactsOf = async (said: SourceRecord | Hint): Promise<readonly ContactState[]> => {
    const { identityKey } = core.basis()
    const { identifiers, remoteId } = { identifiers: [], ...said }
    const keys = identifiers.filter(({ type }) => type === tool.settings.contact.key)
    const found = await core.store.contacts(tool.key, nodeIds(identityKey, keys))
    if (found.length > 0 || remoteId === undefined) return found
    const set = await core.store.load(nodeIds(identityKey, [{ type: tool.key, value: remoteId }]))
    return [...set.contacts.values()]
      .flat()
      .filter((state) => state.connector === tool.key && state.remoteId === remoteId)
  }
  const isOpen = ({ aim, dead }: ContactState): boolean => aim === 'hold' && dead === null

  /** Of so many who were hinted at those whose time has come; who is under way keeps waiting, who is of no concern is forgotten. */
  const look = async (nodes: readonly string[]): Promise<void> => {
    for (const node of nodes) hinted.delete(node)
    const states = (await core.store.contacts(tool.key, nodes)).filter(isOpen)
    const ready = states.filter(
      ({ dirtyAt, observedAt }) => dirtyAt === null && (observedAt ?? 0) <= core.now() - restMs,
    )
    const concluded = (await inspect(ready)) ?? new Set()
    for (const { node } of states) if (!concluded.has(node)) hinted.add(node)
  }
  return {
    take: async (all) => {
      if (!writes(tool.state.phase)) return
      for (const said of all) {
        if (said.kind === 'event' || hinted.size >= most) continue
        const fields = said.kind === 'hint' ? {} : said.fields
        for (const state of await contactsOf(said))
          if (isOpen(state) && speaksAgainst(fields, state)) hinted.add(state.node)
      }
    },
    step: () => look([...hinted].slice(0, perStep)),
    round: async () => {
      for (const some of portions([...hinted], perStep)) await look(some)
    },
  }
}
