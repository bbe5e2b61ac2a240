import type { Holding } from '../contract/change.ts'
import type { ContactState, Desired } from '../deliver/contact.ts'
import { contactOf } from '../deliver/parcel.ts'
import { portions } from '../deliver/portions.ts'
import type { Core } from './core.ts'
import { halving } from './halving.ts'
import { type Tool, wantedOf } from './tool.ts'
import type { Urgency } from './urgency.ts'

/** What a tool holds, by the contact's node; null: no such contact. Whom it says nothing about has no entry. */
export type Seen = ReadonlyMap<string, Holding | null>

export interface Looked {
  readonly seen: Seen
  /** About whom the tool cannot be asked, and why. */
  readonly refused: ReadonlyMap<string, string>
}

/** Looks at contacts in a tool, as many at once as its reads allow. `former`: what was written to them under an earlier map. */
export const lookAt = async (
  core: Core,
  tool: Tool,
  states: readonly ContactState[],
  former: readonly Desired[],
  urgency: Urgency,
): Promise<Looked> => {
  const { read } = tool.connector
  const [seen, refused] = [new Map<string, Holding | null>(), new Map<string, string>()]
  if (read === undefined || states.length === 0) return { seen, refused }
  const wanted = wantedOf(tool, core.basis().program.placements.values(), former)
  const ask = async (some: readonly ContactState[]) => {
    for (const [node, holding] of await read(tool.context('read', urgency), some.map(contactOf), wanted))
      seen.set(node, holding)
  }
  for (const some of portions(states, tool.limits.readBatch ?? tool.limits.batch))
    await halving(some, ask, async ({ node }, { message }) => void refused.set(node, message))
  return { seen, refused }
}
