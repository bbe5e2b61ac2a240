import type { Db } from './database.ts'
import type { Slice } from './port.ts'
import { sliceOf } from './slice.ts'
import { type ProfileRow, profileKey } from './stored.ts'

interface Row {
  component: string
  id: string
  due_at: number | null
  basis: string
  segments: string
}
const profile = (row: Row): ProfileRow => {
  const segments: string[] = JSON.parse(row.segments)
  return { id: row.id, component: row.component, dueAt: row.due_at, basis: row.basis, segments }
}

/** The due index, and what a list of profiles needs. */
export const profileRows = (db: Db) => {
  const one = db.prepare<[string], Row>(
    'select profiles.* from nodes join profiles on profiles.component = nodes.component and profiles.id = nodes.id where nodes.id = ?',
  )
  const ofComponent = db.prepare<[string], Row>('select * from profiles where component = ? order by id')
  const page = db.prepare<[string, string, number], Row>(
    'select * from profiles where (component, id) > (?, ?) order by component, id limit ?',
  )
  const count = db.prepare<[], { n: number }>("select count as n from counts where name = 'profiles'")
  const due = db.prepare<[number, number], Row>(
    'select * from profiles where due_at <= ? order by due_at, component, id limit ?',
  )
  const nextDue = db.prepare<[], { at: number | null }>(
    'select min(due_at) as at from profiles where due_at is not null',
  )
  const upsert = db.prepare(
    `insert into profiles (component, id, due_at, basis, segments) values (?, ?, ?, ?, ?) on conflict (component, id) do update set
     due_at = excluded.due_at, basis = excluded.basis, segments = excluded.segments`,
  )
  const remove = db.prepare('delete from profiles where component = ? and id = ?')

  return {
    one: (id: string): ProfileRow | null => {
      const row = one.get(id)
      return row === undefined ? null : profile(row)
    },
    ofComponent: (id: string): readonly ProfileRow[] => ofComponent.all(id).map(profile),
    page: (limit: number, cursor: string | null): Slice<ProfileRow> => {
      const [component = '', id = ''] = (cursor ?? '').split(' ')
      return sliceOf(page.all(component, id, limit + 1).map(profile), limit, (row) => row, profileKey)
    },
    count: (): number => count.get()?.n ?? 0,
    due: (at: number, limit: number): readonly ProfileRow[] => due.all(at, limit).map(profile),
    nextDue: (): number | null => nextDue.get()?.at ?? null,
    write: (row: ProfileRow): void => {
      upsert.run(row.component, row.id, row.dueAt, row.basis, JSON.stringify(row.segments))
    },
    remove: ({ component, id }: ProfileRow): void => {
      remove.run(component, id)
    },
  }
}
