import { type Lane, lanes } from '../deliver/contact.ts'
import { remembered } from '../profile/remembered.ts'
import type { ChangeSet } from '../store/change-set.ts'
import type { Reading, WorkingSet } from '../store/port.ts'
import type { Basis } from './basis.ts'
import { catchUp } from './catch-up.ts'
import type { Core } from './core.ts'
import { isFresh } from './fresh.ts'
import { createGathering } from './gathering.ts'
import { inOrder } from './in-order.ts'
import { changesNothing, type Refreshed, refresh } from './refresh.ts'

export interface Seen extends Refreshed {
  readonly set: WorkingSet
  /** Under what they were decided. */
  readonly basis: Basis
  readonly at: number
}
/** So many customers who are asked for in one instant, and are due, are decided together. */
const mostTogether = 50

const keep = async (core: Core, change: ChangeSet): Promise<void> => {
  if (changesNothing({ change })) return
  await core.store.commit(change)
  core.committed()
}

/** Decides these customers anew, whatever was stored: at each instant they fell due at, and now; runs in the writer. */
export const redecide = async (core: Core, nodes: readonly string[], lane: Lane, how?: Reading): Promise<Seen> => {
  const loaded = await core.store.load(nodes, how)
  const [at, basis] = [core.now(), core.basis()]
  const caughtUp = catchUp(loaded, basis, at, lane)
  const { customers, change: last } = refresh(caughtUp.set, basis, at, lane)
  const change = inOrder([caughtUp.change, last])
  await keep(core, change)
  return { customers, change, set: caughtUp.set, basis, at }
}

/** Decides these customers at each instant they fell due at, up to one; runs in the writer. */
export const advance = async (core: Core, nodes: readonly string[], horizon: number, how?: Reading): Promise<void> =>
  keep(core, catchUp(await core.store.load(nodes, how), core.basis(), horizon, lanes.decision).change)

/** Decides these customers anew where what was stored no longer holds; runs in the writer. */
export const freshen = async (core: Core, nodes: readonly string[]): Promise<void> => {
  const [rows, at, basis] = [await core.store.profilesOf(nodes), core.now(), core.basis()]
  if (!rows.every((row) => isFresh(row, basis, at))) await redecide(core, nodes, lanes.decision)
}

/** What a working set comes to at an instant: nothing is stored on this way, so what the tools should hold need not be worked out. */
const glance = (set: WorkingSet, basis: Basis, at: number): Refreshed =>
  refresh(set, { ...basis, plans: [] }, at, lanes.decision)

/** When everybody falls due at once, many are asked for in the same instant: those who wait together share a commit. */
const decidingTogether = remembered((core: Core) =>
  createGathering(core.writer, { lane: 'front', most: mostTogether }, (lists: readonly (readonly string[])[]) =>
    redecide(core, [...new Set(lists.flat())], lanes.decision),
  ),
)
/** What of all that was seen these nodes are connected to. */
const connectedTo = (nodes: readonly string[], { set, customers, ...seen }: Seen): Seen => {
  const wanted = new Set(nodes)
  const components = set.components.filter((component) => component.nodes.some(({ id }) => wanted.has(id)))
  const near = new Set(components.flatMap((component) => component.nodes.map(({ id }) => id)))
  return { ...seen, set, customers: customers.filter(({ profile }) => near.has(profile.id)) }
}

/**
 * Exact on read: everything about these nodes as it is at this very instant. What fell due in between is decided and
 * stored first; when nothing did, nothing is written.
 */
export const see = async (
  core: Core,
  nodes: readonly string[],
  { lane = 'front' }: { readonly lane?: 'front' | 'settle' } = {},
): Promise<Seen> => {
  const set = await core.store.load(nodes)
  const at = core.now()
  const basis = core.basis()
  const fresh =
    set.components.length === 0 || (set.profiles.length > 0 && set.profiles.every((row) => isFresh(row, basis, at)))
  if (fresh) return { ...glance(set, basis, at), set, basis, at }
  if (lane === 'settle') return core.writer.run(lane, () => redecide(core, nodes, lanes.decision))
  return connectedTo(nodes, await decidingTogether(core)(nodes))
}
