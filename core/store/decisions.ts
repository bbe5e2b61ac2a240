import type { Decision } from '../decide/decision.ts'
import type { Db } from './database.ts'

interface Row {
  id: string
  node: string
  slot: string
  offer: string
  ended_at: number | null
  body: string
  trace: string
}
/** What has no column of its own. */
type Body = Pick<Decision, 'rule' | 'revision' | 'tier' | 'score' | 'since'>
/** The body is written once; when it ended stands beside it. */
const decision = ({ id, node, slot, offer, ended_at, body, trace }: Row): Decision => {
  const { rule, revision, tier, score, since }: Body = JSON.parse(body)
  return { id, node, slot, offer, rule, revision, tier, score, since, endedAt: ended_at, trace }
}
const bodyOf = ({ rule, revision, tier, score, since }: Decision): string =>
  JSON.stringify({ rule, revision, tier, score, since } satisfies Body)

/** Decisions are facts: they outlive every rebuild, and hang on nodes. */
export const decisionRows = (db: Db) => {
  const ofNode = db.prepare<[string], Row>('select * from decisions where node = ?')
  const openOf = db.prepare<[string], Row>('select * from decisions where node = ? and ended_at is null')
  const upsert = db.prepare(
    `insert into decisions (id, node, slot, offer, ended_at, body, trace) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (node, id) do update set ended_at = excluded.ended_at, body = excluded.body, trace = excluded.trace`,
  )
  const end = db.prepare('update decisions set ended_at = ? where node = ? and id = ?')
  const uses = db.prepare<[], { offer: string; count: number }>('select offer, count from uses')
  const use = db.prepare(
    'insert into uses (offer, count) values (?, 1) on conflict (offer) do update set count = count + 1',
  )
  const remove = db.prepare('delete from decisions where node = ?')
  let usesNow: ReadonlyMap<string, number> | null = null

  return {
    ofNode: (node: string): readonly Decision[] => ofNode.all(node).map(decision),
    openOf: (node: string): readonly Decision[] => openOf.all(node).map(decision),
    write: (made: Decision): void => {
      if (made.endedAt !== null && end.run(made.endedAt, made.node, made.id).changes === 1) return
      upsert.run(made.id, made.node, made.slot, made.offer, made.endedAt, bodyOf(made), made.trace)
    },
    uses: (): ReadonlyMap<string, number> => {
      usesNow ??= new Map(uses.all().map(({ offer, count }) => [offer, count]))
      return usesNow
    },
    use: (offer: string): void => {
      use.run(offer)
    },
    /** Follows what was committed. */
    countUses: (offers: readonly string[]): void => {
      if (usesNow === null || offers.length === 0) return
      const counts = new Map(usesNow)
      for (const offer of offers) counts.set(offer, (counts.get(offer) ?? 0) + 1)
      usesNow = counts
    },
    eraseOf: (node: string): void => {
      remove.run(node)
    },
  }
}
