import { z } from 'zod'
import type { MessageKind, TimeFlag } from '../profile/message.ts'
import type { Db } from './database.ts'
import type { Slice } from './port.ts'
import { seqOf, sliceOf } from './slice.ts'
import type { Known, SetAside, StoredMessage } from './stored.ts'

interface Row {
  seq: number
  source: string
  id: string
  hash: string
  kind: MessageKind
  event: string | null
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
  at: row.at,
  sentAt: row.sent_at,
  receivedAt: row.received_at,
  flag: row.flag,
  body: row.body,
})

type Place = readonly [at: number, source: string, id: string]
const place = z.tuple([z.number(), z.string(), z.string()])

/** Where a page of a timeline ended; anything that is no cursor starts from the beginning. */
const placeOf = (cursor: string | null): Place => {
  try {
    return place.parse(JSON.parse(cursor ?? ''))
  } catch {
    return [Number.MAX_SAFE_INTEGER, '', '']
  }
}

/** The log: every accepted message, once, for ever (until its person is erased). */
export const messageRows = (db: Db) => {
  const insert = db.prepare(
    'insert into messages (source, id, hash, kind, event, at, sent_at, received_at, flag, body) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const hashOf = db.prepare<[string, string], { hash: string }>('select hash from messages where source = ? and id = ?')
  const aside = db.prepare(
    'insert into set_aside (source, id, subject, reason, received_at, body) values (?, ?, ?, ?, ?, ?)',
  )
  const after = db.prepare<[number, number], Row>('select * from messages where seq > ? order by seq limit ?')
  const count = db.prepare<[], { n: number }>("select count as n from counts where name = 'messages'")
  const asideTotals = db.prepare<[], { reason: string; count: number }>(
    'select reason, count(*) as count from set_aside group by reason',
  )
  const counted = db.prepare("update counts set count = count + ? where name = 'messages'")
  const remove = db.prepare('delete from messages where source = ? and id = ?')
  const removeAside = db.prepare('delete from set_aside where source = ? and id = ?')
  const removeAsideOf = db.prepare('delete from set_aside where subject = ?')
  return {
    insert: (messages: readonly StoredMessage[]): void => {
      for (const { source, id, hash, kind, event, at, sentAt, receivedAt, flag, body } of messages)
        insert.run(source, id, hash, kind, event, at, sentAt, receivedAt, flag, body)
      if (messages.length > 0) counted.run(messages.length)
    },
    setAside: (message: SetAside): void => {
      aside.run(message.source, message.id, message.subject, message.reason, message.receivedAt, message.body)
    },
    known: (messages: readonly { readonly source: string; readonly id: string }[]): readonly Known[] =>
      messages.flatMap(({ source, id }) => {
        const row = hashOf.get(source, id)
        return row === undefined ? [] : [{ source, id, hash: row.hash }]
      }),
    /** Newest first. The cursor is where the last one shown stands. */
    ofNodes: (nodes: readonly string[], limit: number, cursor: string | null): Slice<StoredMessage> => {
      const rows = db
        .prepare<unknown[], Row>(
          `select m.* from (
             select at, source, message from history where node in (${nodes.map(() => '?').join(',')}) and (at, source, message) < (?, ?, ?)
             order by at desc, source desc, message desc limit ?) h
           join messages m on m.source = h.source and m.id = h.message order by h.at desc, h.source desc, h.message desc`,
        )
        .all(...nodes, ...placeOf(cursor), limit + 1)
      return sliceOf(rows, limit, stored, ({ at, source, id }) => JSON.stringify([at, source, id]))
    },
    after: (seq: number, limit: number) => after.all(seqOf(String(seq), 0), limit).map(stored),
    count: (): number => count.get()?.n ?? 0,
    setAsideTotals: () => asideTotals.all(),
    erase: (source: string, id: string): void => {
      removeAside.run(source, id)
      remove.run(source, id)
    },
    eraseAsideOf: (node: string): void => {
      removeAsideOf.run(node)
    },
  }
}
