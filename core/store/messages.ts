import type { MessageKind, TimeFlag } from '../profile/message.ts'
import type { Db } from './database.ts'
import type { Known, SetAside, Slice, StoredMessage } from './port.ts'
import { seqOf, sliceOf } from './slice.ts'

interface Row {
  seq: number
  source: string
  id: string
  hash: string
  kind: MessageKind
  event: string | null
  subject: string | null
  at: number
  sent_at: number | null
  received_at: number
  flag: TimeFlag | null
  body: string
}

const stored = (row: Row): StoredMessage & { seq: number } => ({
  seq: row.seq,
  source: row.source,
  id: row.id,
  hash: row.hash,
  kind: row.kind,
  event: row.event,
  subject: row.subject,
  at: row.at,
  sentAt: row.sent_at,
  receivedAt: row.received_at,
  flag: row.flag,
  body: row.body,
})

/** The log: every accepted message, once, for ever (until its person is erased). */
export const messageRows = (db: Db) => {
  const insert = db.prepare(
    'insert into messages (source, id, hash, kind, event, subject, at, sent_at, received_at, flag, body) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const hash = db.prepare<[string, string], { hash: string }>('select hash from messages where source = ? and id = ?')
  const aside = db.prepare(
    'insert into set_aside (source, id, subject, reason, received_at, body) values (?, ?, ?, ?, ?, ?)',
  )
  const after = db.prepare<[number, number], Row>('select * from messages where seq > ? order by seq limit ?')
  const count = db.prepare<[], { n: number }>('select count(*) as n from messages')
  const asideTotals = db.prepare<[], { reason: string; count: number }>(
    'select reason, count(*) as count from set_aside group by reason',
  )
  const remove = db.prepare('delete from messages where subject = ?')
  const removeAside = db.prepare('delete from set_aside where source = ? and id = ?')
  const removeAsideOf = db.prepare('delete from set_aside where subject = ?')
  const idsOf = db.prepare<[string], { source: string; id: string }>(
    'select source, id from messages where subject = ?',
  )

  return {
    insert: (message: StoredMessage): void => {
      const { source, id, kind, event, subject, at, sentAt, receivedAt, flag, body } = message
      insert.run(source, id, message.hash, kind, event, subject, at, sentAt, receivedAt, flag, body)
    },
    setAside: (message: SetAside): void => {
      aside.run(message.source, message.id, message.subject, message.reason, message.receivedAt, message.body)
    },
    known: (messages: readonly { readonly source: string; readonly id: string }[]): readonly Known[] =>
      messages.flatMap(({ source, id }) => {
        const row = hash.get(source, id)
        return row === undefined ? [] : [{ source, id, hash: row.hash }]
      }),
    /** Newest first. The cursor is `at:seq` of the last one shown. */
    ofNodes: (nodes: readonly string[], limit: number, cursor: string | null): Slice<StoredMessage> => {
      const [at, seq] =
        cursor === null ? [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER] : cursor.split(':').map(Number)
      const marks = nodes.map(() => '?').join(',')
      const rows = db
        .prepare<unknown[], Row>(
          `select * from messages where subject in (${marks}) and (at < ? or (at = ? and seq < ?)) order by at desc, seq desc limit ?`,
        )
        .all(...nodes, at, at, seq, limit + 1)
      return sliceOf(rows, limit, stored, (row) => `${row.at}:${row.seq}`)
    },
    after: (seq: number, limit: number) => after.all(seqOf(String(seq), 0), limit).map(stored),
    count: (): number => count.get()?.n ?? 0,
    setAsideTotals: () => asideTotals.all(),
    eraseOf: (node: string): void => {
      for (const { source, id } of idsOf.all(node)) removeAside.run(source, id)
      removeAsideOf.run(node)
      remove.run(node)
    },
  }
}
