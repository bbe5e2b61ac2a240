import type { Holding } from '../contract/change.ts'
import type { ContactState, Desired } from '../deliver/contact.ts'
import { contactOf } from '../deliver/parcel.ts'
import { portions } from '../deliver/portions.ts'
import type { Core } from './core.ts'
import { type Tool, wantedOf } from './tool.ts'
import type { Urgency } from './urgency.ts'

/** What a tool holds, by the contact's node; null: no such contact. Whom it says nothing about has no entry. */
export type Seen = ReadonlyMap<string, Holding | null>

/** Looks at contacts in a tool, as many at once as its reads allow. `former`: what was written to them under an earlier map. */
export const lookAt = async (
  core: Core,
  tool: Tool,
  states: readonly ContactState[],
  former: readonly Desired[],
  urgency: Urgency,
): Promise<Seen> => {
  const { read } = tool.connector
  const seen = new Map<string, Holding | null>()
  if (read === undefined || states.length === 0) return seen
  const wanted = wantedOf(tool, core.basis().program.placements.values(), former)
  for (const some of portions(states, tool.limits.readBatch ?? tool.limits.batch))
    for (const [node, holding] of await read(tool.context('read', urgency), some.map(contactOf), wanted))
      seen.set(node, holding)
  return seen
}
