import type { Db } from './database.ts'

/** Whether a table has no rows: most hubs have nobody split or erased, and need not ask about each customer. */
export interface Emptiness {
  readonly isEmpty: () => boolean
  /** Rows were written or removed: it is looked up again. */
  readonly forget: () => void
}

export const emptinessOf = (db: Db, table: 'vetoes' | 'tombstones'): Emptiness => {
  const first = db.prepare(`select 1 from ${table} limit 1`)
  let known: boolean | null = null
  return {
    isEmpty: () => {
      known ??= first.get() === undefined
      return known
    },
    forget: () => {
      known = null
    },
  }
}
