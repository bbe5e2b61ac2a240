import { expect } from 'vitest'
import { openDatabase } from '../../../core/store/database.ts'

/** The file of a hub that is gone is sound, and its count of uses of each offer is that of its decisions. */
export const auditStore = (path: string): void => {
  const db = openDatabase(path)
  try {
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
    const used = db.prepare('select offer, count from uses order by offer').all()
    expect(used).toEqual(
      db.prepare('select offer, count(*) as count from decisions group by offer order by offer').all(),
    )
  } finally {
    db.close()
  }
}
