import type { Page } from '../../core/flow/asking.ts'
import type { PlacementDecision } from '../../core/flow/operations.ts'
import type { ProfileView } from '../../core/flow/profile-operations.ts'
import { segmentsOf } from './model.ts'
import { momentsOf, type World } from './world.ts'

type Decided = { readonly profileId: string; readonly decisions: readonly PlacementDecision[] }

/** Placements of one slot show one answer, and it is the decision that stands. */
export const judgeDecide = (
  world: World,
  answer: Decided | { readonly unknownPlacements: readonly string[] },
): void => {
  if ('unknownPlacements' in answer) return
  for (const { decisionId, offer } of answer.decisions) {
    const decision = decisionId === null ? undefined : world.history.decisions.get(decisionId)
    if (decision !== undefined && decision.offer !== offer)
      world.history.violations.push(`decide answered ${offer} for the decision ${decision.offer}`)
  }
  const lead = answer.decisions.filter(({ slot }) => slot === 'lead')
  if (new Set(lead.map(({ offer }) => offer)).size > 1)
    world.history.violations.push(`decide showed several answers in one slot: ${JSON.stringify(lead)}`)
}

/** Invariant 7: what a reader is told of segments is what the naive reading says at that instant. */
export const judgeSegments = async (world: World, { items }: Page<ProfileView>): Promise<void> => {
  const moments = await momentsOf(world)
  for (const view of items) {
    const moment = moments.find(({ profile }) => profile.id === view.id)
    if (moment === undefined) continue
    const [told, read] = [view.segments.join(), segmentsOf(moment).join()]
    if (told !== read) world.history.violations.push(`${view.id} is told to be in ${told}, and is in ${read}`)
  }
}
