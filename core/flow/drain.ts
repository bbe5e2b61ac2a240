import { setImmediate } from 'node:timers/promises'
import { lanes } from '../deliver/contact.ts'
import type { ProfileRow } from '../store/stored.ts'
import type { Core } from './core.ts'
import { createPace, type Pace } from './pace.ts'
import { advance, redecide } from './redecide.ts'

interface Draining {
  readonly core: Core
  readonly pace: Pace
}
/** So long one step may keep the writer and the process: who asks for something waits for no more than one. */
const jobMs = 8
const postponeMs = 3_600_000

/** Everybody's turn comes here once: whom traffic asks for stays at hand. */
const passing = { passing: true } as const

/** Somebody who cannot be decided is told of in the log and tried again later: nobody else waits for them. */
const postpone = async (core: Core, row: ProfileRow, error: unknown): Promise<void> => {
  core.log.error({ profile: row.id, err: error }, 'customer could not be decided')
  const later = { ...row, basis: core.basis().id, dueAt: core.now() + postponeMs }
  await core.writer.run('back', () => core.store.commit({ profiles: [later] }))
}

/** A job over customers, in the writer; where it fails for them together it is tried for each alone. */
const forAll = async (
  { core, pace }: Draining,
  rows: readonly ProfileRow[],
  job: (nodes: readonly string[]) => Promise<unknown>,
): Promise<void> => {
  const [only] = rows
  if (only === undefined) return
  const nodes = rows.map((row) => row.id)
  try {
    await core.writer.run('back', () => pace.measure(rows.length, () => job(nodes)))
  } catch (error) {
    if (rows.length === 1) return postpone(core, only, error)
    for (const row of rows) await forAll({ core, pace }, [row], job)
  }
}

/**
 * Drains the due log in order, also after an outage: nobody is taken further than the last of those who are taken
 * together, because others may fall due in between. Who was decided under another basis is decided as of now.
 */
const drainDue = async (draining: Draining, due: readonly ProfileRow[], isAll: boolean): Promise<void> => {
  const { core } = draining
  const { covers } = core.basis()
  const horizon = isAll ? core.now() : (due.at(-1)?.dueAt ?? core.now())
  const [current, old] = [due.filter(covers), due.filter((row) => !covers(row))]
  await forAll(draining, current, (nodes) => advance(core, nodes, horizon, passing))
  await forAll(draining, old, (nodes) => redecide(core, nodes, lanes.decision, passing))
}

/** Looks at the next customers under another basis than they were decided under. */
const walkOn = async (draining: Draining): Promise<void> => {
  const { core, pace } = draining
  const basis = core.basis()
  const { items, next } = await core.walk.ahead(basis.id, pace.size())
  const stale = items.filter((row) => !basis.covers(row))
  await forAll(draining, stale, (nodes) => redecide(core, nodes, lanes.backfill, passing))
  // Where the basis has changed meanwhile, some were decided under that one: they are met again on its own walk.
  if (core.basis() === basis) await core.walk.moveTo(basis.id, next)
}

/** Decides again whoever is due now, and then whoever was decided under another basis, until there is nobody. */
export const drain = async (core: Core): Promise<void> => {
  const draining = { core, pace: createPace(core.now, jobMs) }
  for (;;) {
    const most = draining.pace.size()
    const due = await core.store.due(core.now(), most)
    if (due.length > 0) await drainDue(draining, due, due.length < most)
    else if (core.walk.isDone(core.basis().id)) return
    else await walkOn(draining)
    // Whoever has nothing to write here needs no turn of the writer, but everybody else one of the process.
    await setImmediate()
  }
}
