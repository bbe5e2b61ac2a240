import type { Decision } from '../decide/decision.ts'
import type { Db } from './database.ts'

/** Decisions are facts: they outlive every rebuild, and hang on nodes. */
export const decisionRows = (db: Db) => {
  const ofNode = db.prepare<[string], { body: string }>('select body from decisions where node = ?')
  const openOf = db.prepare<[string], { body: string }>(
    'select body from decisions where node = ? and ended_at is null',
  )
  const upsert = db.prepare(
    `insert into decisions (id, node, slot, offer, ended_at, body) values (?, ?, ?, ?, ?, ?)
     on conflict (node, id) do update set ended_at = excluded.ended_at, body = excluded.body`,
  )
  const uses = db.prepare<[], { offer: string; count: number }>('select offer, count from uses')
  const use = db.prepare(
    'insert into uses (offer, count) values (?, 1) on conflict (offer) do update set count = count + 1',
  )
  const remove = db.prepare('delete from decisions where node = ?')
  let usesNow: ReadonlyMap<string, number> | null = null
  const decision = ({ body }: { body: string }): Decision => JSON.parse(body)

  return {
    ofNode: (node: string): readonly Decision[] => ofNode.all(node).map(decision),
    openOf: (node: string): readonly Decision[] => openOf.all(node).map(decision),
    write: (made: Decision): void => {
      upsert.run(made.id, made.node, made.slot, made.offer, made.endedAt, JSON.stringify(made))
    },
    uses: (): ReadonlyMap<string, number> => {
      usesNow ??= new Map(uses.all().map(({ offer, count }) => [offer, count]))
      return usesNow
    },
    use: (offer: string): void => {
      usesNow = null
      use.run(offer)
    },
    eraseOf: (node: string): void => {
      remove.run(node)
    },
  }
}
