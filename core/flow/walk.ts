import { z } from 'zod'
import type { Slice, Store } from '../store/port.ts'
import { type ProfileRow, profileKey } from '../store/stored.ts'

/** How far the walk through all profiles has come under one basis; `at` null: to the end. */
const place = z.object({ basis: z.string(), at: z.string().nullable() })
type Place = z.infer<typeof place>

/**
 * Under another basis everybody is looked at once, in the order in which profiles are stored. Whom that changes nothing
 * for is not written anew: that the walk has passed them tells that they were looked at.
 */
export interface Walk {
  /**
   * This basis is in use from now on, and unless it was before, nobody was looked at. Noted before the first profile
   * changes under it: else those that did would count as passed where the basis before comes back.
   */
  readonly enter: (basis: string) => void
  /** Whether a profile was looked at under a basis: because it changed then, or because the walk has passed it. */
  readonly covers: (basis: string, row: ProfileRow) => boolean
  /** Whether everybody was looked at under a basis. */
  readonly isDone: (basis: string) => boolean
  /** The next profiles in its way, and where they end. */
  readonly ahead: (basis: string, limit: number) => Promise<Slice<ProfileRow>>
  /** These are done: the walk goes on behind them; null: it has come to the end. */
  readonly moveTo: (basis: string, at: string | null) => Promise<void>
  /** Profiles were built from the log again: nobody was looked at. */
  readonly restart: () => Promise<void>
}
const factName = 'walk'

/** So many steps are at most gone again after a stop: to write down each would cost more than most of them. */
const perMark = 50

const start: Place = { basis: '', at: '' }

/** Opens the walk where it was when the hub stopped. */
export const openWalk = async (store: Store): Promise<Walk> => {
  const stored = await store.fact(factName)
  let now = stored === null ? start : place.parse(JSON.parse(stored))
  let unmarked = 0
  const mark = async (to: Place): Promise<void> => {
    now = to
    unmarked = 0
    await store.saveFact(factName, JSON.stringify(to))
  }
  const isDone = (basis: string): boolean => now.basis === basis && now.at === null
  const hasPassed = (basis: string, row: ProfileRow): boolean =>
    now.basis === basis && (now.at === null || profileKey(row) <= now.at)
  return {
    enter: (basis) => {
      // Where this cannot be kept, it holds until the hub stops, and the first step of the walk keeps it.
      if (now.basis !== basis) void mark({ basis, at: '' }).catch(() => undefined)
    },
    covers: (basis, row) => row.basis === basis || (row.basis !== '' && hasPassed(basis, row)),
    isDone,
    ahead: async (basis, limit) =>
      isDone(basis)
        ? { items: [], next: null }
        : store.profiles(limit, now.basis === basis && now.at !== '' ? now.at : null),
    moveTo: async (basis, at) => {
      const begins = now.basis !== basis
      now = { basis, at }
      unmarked += 1
      if (begins || at === null || unmarked >= perMark) await mark(now)
    },
    restart: () => mark(start),
  }
}
