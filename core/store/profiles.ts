import type { Db } from './database.ts'
import type { ProfileRow, Slice } from './port.ts'
import { sliceOf } from './slice.ts'

interface Row {
  id: string
  component: string
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
  const one = db.prepare<[string], Row>('select * from profiles where id = ?')
  const ofComponent = db.prepare<[string], Row>('select * from profiles where component = ? order by id')
  const page = db.prepare<[string, number], Row>('select * from profiles where id > ? order by id limit ?')
  const count = db.prepare<[], { n: number }>('select count(*) as n from profiles')
  const due = db.prepare<[number, number], Row>('select * from profiles where due_at <= ? order by due_at, id limit ?')
  const nextDue = db.prepare<[], { at: number | null }>(
    'select min(due_at) as at from profiles where due_at is not null',
  )
  const stale = db.prepare<[string, string, number], Row>('select * from profiles where basis < ? or basis > ? limit ?')
  const upsert = db.prepare(
    `insert into profiles (id, component, due_at, basis, segments) values (?, ?, ?, ?, ?) on conflict (id) do update set
     component = excluded.component, due_at = excluded.due_at, basis = excluded.basis, segments = excluded.segments`,
  )
  const remove = db.prepare('delete from profiles where id = ?')

  return {
    one: (id: string): ProfileRow | null => {
      const row = one.get(id)
      return row === undefined ? null : profile(row)
    },
    ofComponent: (id: string): readonly ProfileRow[] => ofComponent.all(id).map(profile),
    page: (limit: number, cursor: string | null): Slice<ProfileRow> =>
      sliceOf(page.all(cursor ?? '', limit + 1), limit, profile, (row) => row.id),
    count: (): number => count.get()?.n ?? 0,
    due: (at: number, limit: number): readonly ProfileRow[] => due.all(at, limit).map(profile),
    nextDue: (): number | null => nextDue.get()?.at ?? null,
    stale: (basis: string, limit: number): readonly ProfileRow[] => stale.all(basis, basis, limit).map(profile),
    write: (row: ProfileRow): void => {
      upsert.run(row.id, row.component, row.dueAt, row.basis, JSON.stringify(row.segments))
    },
    remove: (id: string): void => {
      remove.run(id)
    },
  }
}
