import { type Lane, lanes } from '../deliver/contact.ts'
import type { ChangeSet, ProfileRow, WorkingSet } from '../store/port.ts'
import type { Basis } from './basis.ts'
import { catchUp } from './catch-up.ts'
import type { Core } from './core.ts'
import { inOrder } from './in-order.ts'
import { changesNothing, type Refreshed, refresh } from './refresh.ts'
import type { WriterLane } from './writer.ts'

export interface Seen extends Refreshed {
  readonly set: WorkingSet
  /** Under what they were decided. */
  readonly basis: Basis
  readonly at: number
}
const chunk = 100

/** Whether a stored evaluation still holds at an instant, under a basis. */
export const isFresh = (row: ProfileRow, basis: Basis, at: number): boolean =>
  basis.covers(row) && (row.dueAt === null || row.dueAt > at)

const keep = async (core: Core, change: ChangeSet): Promise<void> => {
  if (changesNothing({ change })) return
  await core.store.commit(change)
  core.committed()
}

/** Decides these customers anew, whatever was stored: at each instant they fell due at, and now; runs in the writer. */
export const redecide = async (core: Core, nodes: readonly string[], lane: Lane): Promise<Seen> => {
  const loaded = await core.store.load(nodes)
  const [at, basis] = [core.now(), core.basis()]
  const caughtUp = catchUp(loaded, basis, at, lane)
  const { customers, change: last } = refresh(caughtUp.set, basis, at, lane)
  const change = inOrder([caughtUp.change, last])
  await keep(core, change)
  return { customers, change, set: caughtUp.set, basis, at }
}

/** Decides these customers at each instant they fell due at, up to one; runs in the writer. */
const advance = async (core: Core, nodes: readonly string[], horizon: number): Promise<void> =>
  keep(core, catchUp(await core.store.load(nodes), core.basis(), horizon, lanes.decision).change)

/** Decides these customers anew where what was stored no longer holds; runs in the writer. */
export const freshen = async (core: Core, nodes: readonly string[]): Promise<void> => {
  const [rows, at, basis] = [await core.store.profilesOf(nodes), core.now(), core.basis()]
  if (!rows.every((row) => isFresh(row, basis, at))) await redecide(core, nodes, lanes.decision)
}

/** What a working set comes to at an instant, for an answer: nothing of it is stored. */
export type Look = (set: WorkingSet, basis: Basis, at: number) => Refreshed

/** Nothing is stored on this way, so what the tools should hold need not be worked out. */
export const glance: Look = (set, basis, at) => refresh(set, { ...basis, plans: [] }, at, lanes.decision)

/**
 * Exact on read: everything about these nodes as it is at this very instant. What fell due in between is decided and
 * stored first; when nothing did, nothing is written.
 */
export const see = async (
  core: Core,
  nodes: readonly string[],
  { lane = 'front', look = glance }: { readonly lane?: WriterLane; readonly look?: Look } = {},
): Promise<Seen> => {
  const set = await core.store.load(nodes)
  const at = core.now()
  const basis = core.basis()
  const fresh =
    set.components.length === 0 || (set.profiles.length > 0 && set.profiles.every((row) => isFresh(row, basis, at)))
  if (fresh) return { ...look(set, basis, at), set, basis, at }
  return core.writer.run(lane, () => redecide(core, nodes, lanes.decision))
}

const postponeMs = 3_600_000

/** Somebody who cannot be decided is told of in the log and tried again later: nobody else waits for them. */
const postpone = async (core: Core, row: ProfileRow, error: unknown): Promise<void> => {
  core.log.error({ profile: row.id, err: error }, 'customer could not be decided')
  const later = { ...row, basis: core.basis().id, dueAt: core.now() + postponeMs }
  await core.writer.run('back', () => core.store.commit({ profiles: [later] }))
}

/** A job over customers, in the writer; where it fails for them together it is tried for each alone. */
const forAll = async (
  core: Core,
  rows: readonly ProfileRow[],
  job: (nodes: readonly string[]) => Promise<unknown>,
): Promise<void> => {
  const [only] = rows
  if (only === undefined) return
  try {
    await core.writer.run('back', () => job(rows.map((row) => row.id)))
  } catch (error) {
    if (rows.length === 1) return postpone(core, only, error)
    for (const row of rows) await forAll(core, [row], job)
  }
}

/**
 * Drains the due log in order, also after an outage: nobody is taken further than the last of those who are taken
 * together, because others may fall due in between. Who was decided under another basis is decided as of now.
 */
const drainDue = async (core: Core, due: readonly ProfileRow[]): Promise<void> => {
  const { covers } = core.basis()
  const horizon = due.length < chunk ? core.now() : (due.at(-1)?.dueAt ?? core.now())
  const [current, old] = [due.filter(covers), due.filter((row) => !covers(row))]
  await forAll(core, current, (nodes) => advance(core, nodes, horizon))
  await forAll(core, old, (nodes) => redecide(core, nodes, lanes.decision))
}

/** Looks at the next customers under another basis than they were decided under. */
const walkOn = async (core: Core): Promise<void> => {
  const basis = core.basis()
  const { items, next } = await core.walk.ahead(basis.id, chunk)
  const stale = items.filter((row) => !basis.covers(row))
  await forAll(core, stale, (nodes) => redecide(core, nodes, lanes.backfill))
  // Where the basis has changed meanwhile, some were decided under that one: they are met again on its own walk.
  if (core.basis() === basis) await core.walk.moveTo(basis.id, next)
}

/** Decides again whoever is due now, and then whoever was decided under another basis, until there is nobody. */
export const drain = async (core: Core): Promise<void> => {
  for (;;) {
    const due = await core.store.due(core.now(), chunk)
    if (due.length > 0) await drainDue(core, due)
    else if (core.walk.isDone(core.basis().id)) return
    else await walkOn(core)
  }
}
