import type { ProfileRow } from '../store/stored.ts'
import type { Basis } from './basis.ts'

/** Whether a stored evaluation still holds at an instant, under a basis. */
export const isFresh = (row: ProfileRow, basis: Basis, at: number): boolean =>
  basis.covers(row) && (row.dueAt === null || row.dueAt > at)
