import type { ContactState } from '../deliver/contact.ts'
import type { Db } from './database.ts'
import type { ContactTotals, Slice } from './port.ts'
import { sliceOf } from './slice.ts'

interface Row {
  node: string
  body: string
}
const contact = ({ body }: { body: string }): ContactState => JSON.parse(body)

/** Desired and acknowledged state, keyed by (connector, node). */
export const contactRows = (db: Db) => {
  const one = db.prepare<[string, string], Row>('select node, body from contacts where connector = ? and node = ?')
  const ofNode = db.prepare<[string], Row>('select node, body from contacts where node = ? order by connector')
  const page = db.prepare<[string, string, number], Row>(
    'select node, body from contacts where connector = ? and node > ? order by node limit ?',
  )
  const dirty = db.prepare<[string, number, number], Row>(
    'select node, body from contacts where connector = ? and dirty_at is not null and dead = 0 and next_try_at <= ? order by lane, dirty_at limit ?',
  )
  const nextTry = db.prepare<[string], { at: number | null }>(
    'select min(next_try_at) as at from contacts where connector = ? and dirty_at is not null and dead = 0',
  )
  const dead = db.prepare<[string, string, number], Row>(
    'select node, body from contacts where connector = ? and dead = 1 and node > ? order by node limit ?',
  )
  const totals = db.prepare<[], ContactTotals>(
    `select connector, count(*) as contacts, sum(dirty_at is not null and dead = 0) as pending, sum(dead) as dead,
     min(case when dead = 0 then dirty_at end) as oldestDirtyAt from contacts group by connector`,
  )
  const byProfile = db.prepare<[], Row & { profile: string }>(
    'select profile, node, body from contacts order by profile, connector, node',
  )
  const upsert = db.prepare(
    `insert into contacts (connector, node, profile, lane, dirty_at, next_try_at, dead, body) values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (connector, node) do update set profile = excluded.profile, lane = excluded.lane, dirty_at = excluded.dirty_at,
     next_try_at = excluded.next_try_at, dead = excluded.dead, body = excluded.body`,
  )
  const remove = db.prepare('delete from contacts where connector = ? and node = ?')

  return {
    ofNode: (node: string): readonly ContactState[] => ofNode.all(node).map(contact),
    some: (connector: string, nodes: readonly string[]): readonly ContactState[] =>
      nodes.flatMap((node) => {
        const row = one.get(connector, node)
        return row === undefined ? [] : [contact(row)]
      }),
    page: (connector: string, limit: number, cursor: string | null): Slice<ContactState> =>
      sliceOf(page.all(connector, cursor ?? '', limit + 1), limit, contact, (row) => row.node),
    dirty: (connector: string, at: number, limit: number) => dirty.all(connector, at, limit).map(contact),
    nextTry: (connector: string): number | null => nextTry.get(connector)?.at ?? null,
    dead: (connector: string, limit: number, cursor: string | null): Slice<ContactState> =>
      sliceOf(dead.all(connector, cursor ?? '', limit + 1), limit, contact, (row) => row.node),
    totals: () => totals.all(),
    *byProfile(): Generator<readonly ContactState[]> {
      let profile: string | null = null
      let group: ContactState[] = []
      for (const row of byProfile.all()) {
        if (profile !== null && row.profile !== profile) {
          yield group
          group = []
        }
        profile = row.profile
        group.push(contact(row))
      }
      if (group.length > 0) yield group
    },
    write: (state: ContactState): void => {
      const { connector, node, profile, lane, dirtyAt, nextTryAt } = state
      upsert.run(connector, node, profile, lane, dirtyAt, nextTryAt, state.dead === null ? 0 : 1, JSON.stringify(state))
    },
    remove: (connector: string, node: string): void => {
      remove.run(connector, node)
    },
  }
}
