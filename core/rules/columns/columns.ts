import type { Profile } from '../../profile/profile.ts'
import type { ProfileSettings } from '../../profile/settings.ts'
import type { Condition } from '../condition.ts'
import { createSlots } from '../frame.ts'
import type { Ground } from '../predicate.ts'
import { never } from '../program.ts'
import { openZone } from '../zone.ts'
import { compileScan } from './condition-scan.ts'
import { futureOf, nameOf, type Reading, readingOf, type Subject, subjectsOf } from './reading.ts'
import { createRows } from './rows.ts'
import { countOf, eachBlock, type Mask } from './scan.ts'

/** A condition that need not be in the registry, and the segments that it may name. */
export interface Asked {
  readonly when: Condition
  readonly segments: ReadonlyMap<string, Condition>
}

/**
 * Everybody at once: for all that conditions read one typed column over all customers, so that counting an audience
 * looks at a few arrays and not at each person. Says exactly what the compiled evaluator says of each of them: its
 * tests are what is asked. Time only goes forward: no instant may be before an earlier one.
 */
export interface Columns {
  /** Makes columns for these subjects. They count for nothing until everybody was put and `fill` said so. */
  readonly open: (subjects: ReadonlyMap<string, Subject>) => void
  readonly fill: () => void
  /** Whether something that is asked has no column yet that is filled. */
  readonly lacks: (asked: Asked) => boolean
  /** Takes a customer in as they are at an instant, and what becomes of them by themselves. */
  readonly put: (profile: Profile, at: number) => void
  readonly remove: (id: string) => void
  /** Whose far future was not followed and has come: they have to be put again before anything is counted. */
  readonly outrun: (at: number) => readonly string[]
  readonly count: (asked: Asked, at: number) => number
  /** The ids of those who are counted. */
  readonly members: (asked: Asked, at: number) => readonly string[]
  readonly size: () => number
  /** How many columns there are. */
  readonly breadth: () => number
  /** Memory of the typed arrays. */
  readonly bytes: () => number
}

export interface ColumnsOptions {
  readonly settings: ProfileSettings
  /** IANA name; what a date without a time means. */
  readonly timezone: string
  /** So many changes to come are kept for each value; who has more of them is put again in time. */
  readonly foresight?: number
}

const groundOf = ({ settings, timezone }: ColumnsOptions): Ground => ({
  settings,
  zone: openZone(timezone),
  slots: createSlots(),
  segments: new Map(),
  compiled: new Map(),
})

export const createColumns = (options: ColumnsOptions): Columns => {
  const ground = groundOf(options)
  const { foresight = 32 } = options
  const { frame: open } = ground.slots
  const rows = createRows()
  const readings = new Map<string, Reading>()
  const filled = new Set<string>()
  /** Until when a row is known, for those whose future was not followed to its end. */
  const known = new Map<number, number>()

  const put = (profile: Profile, at: number): void => {
    const row = rows.of(profile.id)
    const frame = open(profile, at)
    const frameAt = (later: number) => open(profile, later)
    let end = never
    for (const { read, column } of readings.values()) {
      frame.until = never
      const value = read(frame)
      const future = futureOf(read, value, frame.until, foresight, frameAt)
      column.put(row, value, future.changes)
      end = Math.min(end, future.known)
    }
    if (end === never) known.delete(row)
    else known.set(row, end)
  }
  const scan = ({ when, segments }: Asked, at: number, see: (found: Mask, from: number) => void) => {
    const column = (subject: Subject) => {
      const name = nameOf(subject)
      const reading = readings.get(name)
      if (reading === undefined || !filled.has(name)) throw new Error(`counting ${name}: its column is not filled yet`)
      reading.column.advance(at)
      return reading.column
    }
    eachBlock(compileScan(when, { ground, segments, at, column }), rows.taken(), see)
  }
  return {
    open: (subjects) => {
      for (const [name, subject] of subjects) if (!readings.has(name)) readings.set(name, readingOf(subject, ground))
    },
    fill: () => {
      for (const name of readings.keys()) filled.add(name)
    },
    lacks: ({ when, segments }) => [...subjectsOf([when], segments).keys()].some((name) => !filled.has(name)),
    put,
    remove: (id) => {
      const row = rows.remove(id)
      if (row === undefined) return
      known.delete(row)
      for (const { column } of readings.values()) column.clear(row)
    },
    outrun: (at) => [...known].flatMap(([row, end]) => (end > at ? [] : (rows.id(row) ?? []))),
    count: (asked, at) => {
      let count = 0
      scan(asked, at, (found) => {
        count += countOf(found)
      })
      return count
    },
    members: (asked, at) => {
      const ids: string[] = []
      scan(asked, at, ({ bytes }, from) => {
        for (const [place, passes] of bytes.entries()) if (passes === 1) ids.push(rows.id(from + place) ?? '')
      })
      return ids
    },
    size: rows.size,
    breadth: () => readings.size,
    bytes: () => [...readings.values()].reduce((sum, { column }) => sum + column.bytes(), rows.taken().byteLength),
  }
}
