import { type Lane, lanes } from '../deliver/contact.ts'
import type { ProfileRow, WorkingSet } from '../store/port.ts'
import type { Core } from './core.ts'
import { changesNothing, type Refreshed, refresh } from './refresh.ts'
import type { WriterLane } from './writer.ts'

export interface Seen extends Refreshed {
  readonly set: WorkingSet
  readonly at: number
}
const chunk = 100

/** Whether a stored evaluation still holds at an instant, under a basis. */
const isFresh = (row: ProfileRow, basis: string, at: number): boolean =>
  row.basis === basis && (row.dueAt === null || row.dueAt > at)

/** Decides these customers anew, whatever was stored; runs in the writer. */
export const redecide = async (core: Core, nodes: readonly string[], lane: Lane): Promise<Seen> => {
  const set = await core.store.load(nodes)
  const at = core.now()
  const refreshed = refresh(set, core.basis(), at, lane)
  if (!changesNothing(refreshed)) {
    await core.store.commit(refreshed.change)
    core.committed()
  }
  return { ...refreshed, set, at }
}

/** Decides these customers anew where what was stored no longer holds; runs in the writer. */
export const freshen = async (core: Core, nodes: readonly string[]): Promise<void> => {
  const [rows, at, basis] = [await core.store.profilesOf(nodes), core.now(), core.basis().id]
  if (!rows.every((row) => isFresh(row, basis, at))) await redecide(core, nodes, lanes.decision)
}

/**
 * Exact on read: everything about these nodes as it is at this very instant. What fell due in between is decided and
 * stored first; when nothing did, nothing is written.
 */
export const see = async (core: Core, nodes: readonly string[], lane: WriterLane = 'front'): Promise<Seen> => {
  const set = await core.store.load(nodes)
  const at = core.now()
  const basis = core.basis()
  const fresh =
    set.components.length === 0 || (set.profiles.length > 0 && set.profiles.every((row) => isFresh(row, basis.id, at)))
  // Nothing is stored on this way, so what the tools should hold need not be worked out.
  if (fresh) return { ...refresh(set, { ...basis, plans: [] }, at, lanes.decision), set, at }
  return core.writer.run(lane, () => redecide(core, nodes, lanes.decision))
}

const postponeMs = 3_600_000

/** Somebody who cannot be decided is told of in the log and tried again later: nobody else waits for them. */
const postpone = async (core: Core, row: ProfileRow, error: unknown): Promise<void> => {
  core.log.error({ profile: row.id, err: error }, 'customer could not be decided')
  const later = { ...row, basis: core.basis().id, dueAt: core.now() + postponeMs }
  await core.writer.run('back', () => core.store.commit({ profiles: [later] }))
}

const redecideAll = async (core: Core, rows: readonly ProfileRow[], lane: Lane): Promise<void> => {
  const nodes = rows.map((row) => row.id)
  try {
    await core.writer.run('back', () => redecide(core, nodes, lane))
  } catch (error) {
    const [only] = rows
    if (only !== undefined && rows.length === 1) return postpone(core, only, error)
    for (const row of rows) await redecideAll(core, [row], lane)
  }
}

/** Decides again whoever is due now, in due order, and whoever was decided under another basis. Answers how many. */
export const drain = async (core: Core): Promise<number> => {
  let done = 0
  for (;;) {
    const due = await core.store.due(core.now(), chunk)
    const rows = due.length > 0 ? due : await core.store.stale(core.basis().id, chunk)
    if (rows.length === 0) return done
    await redecideAll(core, rows, due.length > 0 ? lanes.decision : lanes.backfill)
    done += rows.length
  }
}
