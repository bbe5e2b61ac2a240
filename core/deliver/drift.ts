import type { Holding } from '../contract/change.ts'
import { type ContactState, lanes } from './contact.ts'
import { holdsAll } from './difference.ts'

/**
 * A contact's state after the tool was looked at. What a person has changed in the tool on a field of ours is drift,
 * and is repaired; a contact that has appeared in the tool since gets what it should hold. One that has gone, as from an
 * account that was restored from a backup, is made again where contacts may be made (`mayCreate`). Nothing is concluded
 * while something is under way.
 */
export const afterLook = (
  state: ContactState,
  holding: Holding | null,
  at: number,
  mayCreate: boolean,
): ContactState => {
  const seen = { ...state, observed: holding, observedAt: at, remoteId: holding?.remoteId ?? state.remoteId }
  const rests = state.dirtyAt === null && state.dead === null && state.aim === 'hold'
  if (!rests || state.desired === null || holdsAll(holding, state.desired)) return seen
  if (holding === null && !mayCreate) return seen
  return { ...seen, settled: null, dirtyAt: at, lane: lanes.repair }
}
