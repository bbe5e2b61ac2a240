import type { Change, Outcome, Receipt } from '../../core/contract/change.ts'
import { type Campaigns, campaignProblem, lookUpCampaigns, move } from './campaign.ts'
import { look, type Outcomes } from './look.ts'
import type { Wire } from './settings.ts'
import { remoteIdIn, writeFields } from './write.ts'

const problemOf = ({ join, leave }: Change, campaigns: Campaigns): string | undefined =>
  [
    ...join.map((one) => campaignProblem(campaigns, one, true)),
    ...leave.map((one) => campaignProblem(campaigns, one, false)),
  ].find((problem) => problem !== null) ?? undefined
const refusedBy = (changes: readonly Change[], campaigns: Campaigns): Outcomes =>
  new Map(
    changes.flatMap((change): [string, Outcome][] => {
      const reason = problemOf(change, campaigns)
      return reason === undefined ? [] : [[change.contact.id, { status: 'rejected', reason }]]
    }),
  )

const moves = ({ join, leave }: Change) => join.length + leave.length > 0
const moveAll = (ctx: Wire, changes: readonly Change[], outcomes: Outcomes, campaigns: Campaigns) => {
  const moving = changes.filter(moves).flatMap((change) => {
    const person = remoteIdIn(outcomes.get(change.contact.id))
    return person === undefined ? [] : [{ change, person }]
  })
  return move(ctx, moving, campaigns)
}

const skipped: Outcome = { status: 'skipped', reason: 'Salesforce has no such contact' }
const settled = (change: Change, outcome: Outcome, unmoved: ReadonlySet<string>): Outcome => {
  const person = remoteIdIn(outcome)
  if (person !== undefined && unmoved.has(person))
    return { status: 'retry', reason: 'Salesforce did not move the contact in its campaigns' }
  return outcome.status === 'unchanged' && moves(change) ? { ...outcome, status: 'applied' } : outcome
}

/** Looks first and writes only what differs, so that the same batch twice changes nothing. */
export const push = async (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const names = changes.flatMap(({ join, leave }) => [...join, ...leave].map(({ name }) => name))
  const campaigns = await lookUpCampaigns(ctx, names)
  const refused = refusedBy(changes, campaigns)
  const looked = await look(
    ctx,
    changes.filter(({ contact }) => !refused.has(contact.id)),
    refused,
  )
  const outcomes = new Map([...looked.refused, ...(await writeFields(ctx, looked))])
  const unmoved = await moveAll(ctx, looked.sound, outcomes, campaigns)
  return changes.map((change) => {
    const contact = change.contact.id
    return { contact, ...settled(change, outcomes.get(contact) ?? skipped, unmoved) }
  })
}
