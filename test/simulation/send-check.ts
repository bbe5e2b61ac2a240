import type { Change } from '../../core/contract/change.ts'
import type { ToolName } from './hub-config.ts'
import { fieldsFor, isAddressed, isEligible, isInCohort, type Moment, mappedFields } from './model.ts'
import { momentsOf, type World } from './world.ts'

/** What of a change is ours: neither emptied nor what people had put there. */
const ours = (world: World, tool: ToolName, { contact, fields }: Change): readonly string[] => {
  const byHand = world.tools.find(({ name }) => name === tool)?.byHand
  return Object.entries(fields).flatMap(([field, value]) =>
    value === null || value === '' || byHand?.(contact.key.value, field).has(value) ? [] : [field],
  )
}

const judgeOurs = (world: World, tool: ToolName, change: Change, moment: Moment, says: (fault: string) => void) => {
  const { history } = world
  const phase = history.connectors.get(tool)?.phase
  if (phase !== 'live' && phase !== 'pilot') says(`our values were written in ${phase}`)
  if (phase === 'pilot' && !isInCohort(moment, world.variation)) says('somebody outside the cohort was written')
  if (!isAddressed(tool, moment)) says('somebody was written without consent, or out of scope')
  const nodes = new Set(moment.profile.nodes.map(({ id }) => id))
  const open = [...history.decisions.values()].filter(({ node, endedAt }) => nodes.has(node) && endedAt === null)
  const wanted = fieldsFor(tool, moment, open, world.variation)
  for (const field of ours(world, tool, change))
    if (change.fields[field] !== wanted[field])
      says(`${field} was sent as ${change.fields[field]}, at that instant it is ${wanted[field]}`)
  const rule = moment.registry.rules.find(({ key }) =>
    open.some((each) => each.id === change.fields.DEC && each.rule === key),
  )
  if (change.fields.DEC && (rule === undefined || !isEligible(rule, moment)))
    says('a decision was sent whose rule does not hold at that instant')
}

/** Invariants 4, 5 and 6, for each send at the very moment at which it leaves. */
export const inspectSend = async (world: World, tool: ToolName, changes: readonly Change[]): Promise<void> => {
  const allowed = new Set([...mappedFields(world.variation), 'ORDERS'])
  for (const change of changes) {
    const says = (fault: string) => world.history.violations.push(`${tool}, ${change.contact.key.value}: ${fault}`)
    for (const field of Object.keys(change.fields)) if (!allowed.has(field)) says(`${field} is not in the map`)
    for (const { name } of change.join) if (name !== 'Buyers') says(`${name} is not in the map`)
    if (ours(world, tool, change).length + change.join.length === 0) continue
    const moments = await momentsOf(world, [change.contact.id])
    const moment = moments.find(({ profile }) => profile.nodes.some(({ id }) => id === change.contact.id))
    if (moment === undefined) says('a contact was written that belongs to nobody')
    else judgeOurs(world, tool, change, moment, says)
  }
  if (history(world, tool) === 'pilot') seePilot(world)
}
const history = (world: World, tool: ToolName) => world.history.connectors.get(tool)?.phase

const seePilot = (world: World): void => world.sometimes.reached('a pilot wrote to its cohort, and left others alone')
