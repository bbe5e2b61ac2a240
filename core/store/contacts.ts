import { type ContactState, lanes } from '../deliver/contact.ts'
import { contested } from '../deliver/contest.ts'
import type { Db } from './database.ts'
import type { Slice } from './port.ts'
import { sliceOf } from './slice.ts'
import type { ContactTotals } from './stored.ts'

interface Row {
  node: string
  body: string
}
interface ByProfile extends Row {
  profile: string
  connector: string
}
/** In place of its own lane, for what a tool has made a job of: it waits for no turn. */
const inJob = 4
const contact = ({ body }: { body: string }): ContactState => JSON.parse(body)

/** Desired and acknowledged state, keyed by (connector, node). */
export const contactRows = (db: Db) => {
  const one = db.prepare<[string, string], Row>('select node, body from contacts where connector = ? and node = ?')
  const ofNode = db.prepare<[string], Row>('select node, body from contacts where node = ? order by connector')
  const page = db.prepare<[string, string, number], Row>(
    'select node, body from contacts where connector = ? and node > ? order by node limit ?',
  )
  const dirty = db.prepare<[string, number, number], Row>(
    `select node, body from contacts where connector = ? and lane < ${inJob} and dirty_at is not null and dead = 0 and next_try_at <= ?
     order by lane, dirty_at limit ?`,
  )
  const nextTry = db.prepare<[string], { at: number | null }>(
    'select min(next_try_at) as at from contacts where connector = ? and dirty_at is not null and dead = 0',
  )
  const dead = db.prepare<[string, string, number], Row>(
    'select node, body from contacts where connector = ? and dead = 1 and node > ? order by node limit ?',
  )
  const fought = db.prepare<[string, string, number], Row>(
    'select node, body from contacts where connector = ? and contested = 1 and node > ? order by node limit ?',
  )
  // The oldest of each lane stands first in the index: to ask for one at a time reads no more than that.
  const oldest = [...Object.values(lanes), inJob]
    .map(
      (lane) =>
        `(select min(dirty_at) from contacts where connector = t.connector and lane = ${lane} and dirty_at is not null and dead = 0)`,
    )
    .map((first) => `select ${first} as at`)
    .join(' union all ')
  const totals = db.prepare<[], ContactTotals>(
    `select connector, contacts, pending, dead,
     (select count(*) from contacts where connector = t.connector and contested = 1) as contested, (select min(at) from (${oldest})) as oldestDirtyAt
     from contact_totals t where contacts > 0 order by connector`,
  )
  const tickets = db.prepare<[string], { ticket: string }>(
    'select distinct ticket from contacts where connector = ? and ticket is not null',
  )
  const ofTicket = db.prepare<[string, string], Row>(
    'select node, body from contacts where connector = ? and ticket = ? order by node',
  )
  const byProfile = db.prepare<[string, string, string, number], ByProfile>(
    `select profile, connector, node, body from contacts where (profile, connector, node) > (?, ?, ?)
     order by profile, connector, node limit ?`,
  )
  const upsert = db.prepare(
    `insert into contacts (connector, node, profile, lane, dirty_at, next_try_at, dead, ticket, contested, body)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (connector, node) do update set profile = excluded.profile, lane = excluded.lane, dirty_at = excluded.dirty_at,
     next_try_at = excluded.next_try_at, dead = excluded.dead, ticket = excluded.ticket, contested = excluded.contested,
     body = excluded.body`,
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
    tickets: (connector: string): readonly string[] => tickets.all(connector).map(({ ticket }) => ticket),
    ofTicket: (connector: string, ticket: string): readonly ContactState[] =>
      ofTicket.all(connector, ticket).map(contact),
    contested: (connector: string, limit: number, cursor: string | null): Slice<ContactState> =>
      sliceOf(fought.all(connector, cursor ?? '', limit + 1), limit, contact, (row) => row.node),
    totals: () => totals.all(),
    /** Every contact, a page at a time; those of one profile stand together, also over the end of a page. */
    *byProfile(perPage: number): Generator<readonly ContactState[]> {
      let last: Pick<ByProfile, 'profile' | 'connector' | 'node'> = { profile: '', connector: '', node: '' }
      for (;;) {
        const rows = byProfile.all(last.profile, last.connector, last.node, perPage)
        yield rows.map(contact)
        const end = rows.at(-1)
        if (end === undefined || rows.length < perPage) return
        last = end
      }
    },
    write: (state: ContactState): void => {
      const { connector, node, profile, dirtyAt, nextTryAt } = state
      const ticket = state.job?.ticket ?? null
      const [lane, dead] = [ticket === null ? state.lane : inJob, state.dead === null ? 0 : 1]
      const fight = contested(state).size === 0 ? 0 : 1
      upsert.run(connector, node, profile, lane, dirtyAt, nextTryAt, dead, ticket, fight, JSON.stringify(state))
    },
    remove: (connector: string, node: string): void => {
      remove.run(connector, node)
    },
  }
}
