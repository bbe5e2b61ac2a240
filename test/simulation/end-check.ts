import type { ContactState } from '../../core/deliver/contact.ts'
import { contested } from '../../core/deliver/contest.ts'
import { fieldsFor, isAddressed, isEligible, isInCohort, type Moment, mappedFields } from './model.ts'
import { judgeSegments } from './read-check.ts'
import { judgeRebuilt } from './rebuilt-check.ts'
import type { SimTool } from './sim-tool.ts'
import { hubOf, momentsOf, type World } from './world.ts'

type Says = (fault: string) => void

/** Invariant 1: what was acknowledged is there, once and word for word, until its person is erased. */
const judgeLog = async (world: World, says: Says): Promise<void> => {
  const { history, acknowledged } = world
  const stored = new Map(
    (await history.store.messagesAfter(0, 100_000)).map((each) => [`${each.source}\0${each.id}`, each]),
  )
  const erased = new Set(history.erasures.flatMap(({ nodes }) => nodes))
  for (const { source, body } of acknowledged) {
    const name = `${source}\0${String(body.messageId)}`
    const found = stored.get(name)
    if (found === undefined && !erased.has(history.subjects.get(name) ?? ''))
      says(`message ${name} was acknowledged and is lost`)
    if (found !== undefined && found.body !== JSON.stringify(body)) says(`message ${name} is stored with another body`)
  }
  if (stored.size > history.messages.length) says('there are more messages than were accepted')
}

/** Invariant 9, the half that a run can see: what was confirmed stands in the audit. */
const judgeAudit = (world: World, says: Says): void => {
  for (const action of new Set(world.confirmed)) {
    const done = world.confirmed.filter((each) => each === action).length
    const written = world.history.audit.filter((entry) => entry.action === action).length
    if (written < done) says(`${action} was confirmed ${done} times, the audit tells of ${written}`)
  }
}

/** At rest, each slot's answer is one whose rule holds, and none is missing that no limit forbids. */
const judgeAnswers = async (world: World, moment: Moment, says: Says): Promise<void> => {
  const nodes = new Set(moment.profile.nodes.map(({ id }) => id))
  const open = [...world.history.decisions.values()].filter(({ node, endedAt }) => nodes.has(node) && endedAt === null)
  for (const { key: slot } of moment.registry.slots) {
    const decision = open.filter((each) => each.slot === slot)
    if (decision.length > 1) says(`${moment.profile.id} has ${decision.length} answers in ${slot}`)
    const eligible = moment.registry.rules.filter((rule) => rule.slot === slot && isEligible(rule, moment))
    const [answer] = decision
    if (answer !== undefined && !eligible.some(({ key, offer }) => key === answer.rule && offer === answer.offer))
      says(`${moment.profile.id} is shown ${answer.offer} in ${slot}, whose rule ${answer.rule} does not hold`)
    const unlimited = eligible.filter(
      (rule) => moment.registry.offers.find(({ key }) => key === rule.offer)?.limits === undefined,
    )
    const tier = eligible.find(({ key }) => key === answer?.rule)?.tier ?? Number.NEGATIVE_INFINITY
    const better = unlimited.filter((rule) => rule.tier > tier)
    if (better.length > 0)
      says(`${moment.profile.id} is shown ${answer?.offer} in ${slot}, ${better[0]?.key} is better`)
    const explained = await hubOf(world).operations.explain(moment.profile.id, slot)
    if (explained?.offer !== (answer?.offer ?? null))
      says(`${slot} of ${moment.profile.id} is explained as ${explained?.offer}`)
  }
}

/** A backup from before an erasure brings back what was ours, and the hub knows nothing of it any more. */
const isForgotten = ({ history }: World, { restoredAt }: SimTool, { node }: ContactState): boolean =>
  history.erasures.some(({ nodes, at }) => nodes.includes(node) && at <= restoredAt)

const judgeContact = (world: World, tool: SimTool, state: ContactState, moment: Moment, says: Says): void => {
  const phase = world.history.connectors.get(tool.name)?.phase ?? 'off'
  const email = state.key.value
  const card = tool.paper.cards.get(email)
  const meant = phase === 'live' || (phase === 'pilot' && isInCohort(moment, world.variation))
  const nodes = new Set(moment.profile.nodes.map(({ id }) => id))
  const open = [...world.history.decisions.values()].filter(({ node, endedAt }) => nodes.has(node) && endedAt === null)
  if (state.dirtyAt !== null) says(`${email} in ${tool.name} still waits: ${JSON.stringify(state)}`)
  if (meant && isAddressed(tool.name, moment)) {
    if (card === undefined && tool.name !== 'site' && !tool.deleted.has(email))
      says(`${email} is missing in ${tool.name}`)
    if (card === undefined) return
    for (const [field, value] of Object.entries(fieldsFor(tool.name, moment, open, world.variation)))
      if ((card.fields[field] ?? null) !== value && !contested(state).has(field))
        says(`${tool.name} holds ${card.fields[field]} in ${field} of ${email}, it should hold ${value} (${phase})`)
    return
  }
  const kept = meant && tool.name === 'crm' && moment.profile.consents.get('email')?.granted !== true
  if (card === undefined || kept || isForgotten(world, tool, state)) return
  for (const field of mappedFields(world.variation)) {
    const held = card.fields[field]
    if (held !== undefined && held !== '' && !tool.byHand(email, field).has(held))
      says(`${tool.name} in ${phase} still holds our ${held} in ${field} of ${email}`)
  }
}

/** Invariant 3: every tool holds what the naive reading says, and nothing of ours where it says so. */
const judgeTools = async (world: World, moments: readonly Moment[], says: Says): Promise<void> => {
  for (const tool of world.tools) {
    for (const { mode } of tool.paper.writes)
      if (mode !== 'write') says(`${tool.name} was written by a client that reads`)
    const phase = world.history.connectors.get(tool.name)?.phase ?? 'off'
    if (phase === 'retiring' || phase === 'off') continue
    const { items } = await world.history.store.contactsPage(tool.name, 1_000, null)
    for (const state of items.filter(({ aim, dead }) => aim !== 'erase' && dead === null)) {
      const moment = moments.find(({ profile }) => profile.nodes.some(({ id }) => id === state.node))
      if (moment === undefined) says(`the contact ${state.key.value} in ${tool.name} belongs to nobody`)
      else judgeContact(world, tool, state, moment, says)
    }
  }
}

/** What must hold whenever everything is at rest. */
export const judgeEnd = async (world: World): Promise<void> => {
  const says = (fault: string) => world.history.violations.push(fault)
  await judgeSegments(world, await hubOf(world).operations.listProfiles({ limit: 1_000, cursor: null }))
  await judgeLog(world, says)
  judgeAudit(world, says)
  const moments = await momentsOf(world)
  for (const moment of moments) await judgeAnswers(world, moment, says)
  await judgeTools(world, moments, says)
  await judgeRebuilt(world, says)
}
