import type { FieldValue } from '../contract/value.ts'
import type { Db } from './database.ts'
import type { Slice } from './port.ts'
import { seqOf, sliceOf } from './slice.ts'
import type { Delivery, ShadowWrite } from './stored.ts'

interface DeliveryRow {
  seq: number
  connector: string
  contact: string
  at: number
  outcome: string
  reason: string | null
  fields: string
}
interface ShadowRow {
  connector: string
  node: string
  contact: string
  at: number
  would: string
  holds: string | null
}
/** So many of the newest are kept of each connector; totals are kept for ever. */
const kept = 100_000

const delivery = (row: DeliveryRow): Delivery => {
  const fields: Record<string, FieldValue> = JSON.parse(row.fields)
  return {
    connector: row.connector,
    contact: row.contact,
    at: row.at,
    outcome: row.outcome,
    reason: row.reason,
    fields,
  }
}
const shadowWrite = (row: ShadowRow): ShadowWrite => {
  const would: Record<string, FieldValue> = JSON.parse(row.would)
  const holds: Record<string, FieldValue> | null = row.holds === null ? null : JSON.parse(row.holds)
  return { connector: row.connector, node: row.node, contact: row.contact, at: row.at, would, holds }
}

/** What was sent with which outcome, and what shadow would have sent. */
export const deliveryRows = (db: Db) => {
  const insert = db.prepare(
    'insert into deliveries (connector, contact, at, outcome, reason, fields) values (?, ?, ?, ?, ?, ?)',
  )
  const prune = db.prepare('delete from deliveries where connector = ? and seq <= ?')
  const count = db.prepare(
    'insert into delivery_totals (connector, outcome, count) values (?, ?, 1) on conflict (connector, outcome) do update set count = count + 1',
  )
  const totals = db.prepare<[], { connector: string; outcome: string; count: number }>(
    'select connector, outcome, count from delivery_totals',
  )
  const page = db.prepare<[string, number, number], DeliveryRow>(
    'select * from deliveries where connector = ? and seq < ? order by seq desc limit ?',
  )
  const shadowPage = db.prepare<[string, string, number], ShadowRow>(
    'select * from shadow where connector = ? and node > ? order by node limit ?',
  )
  const shadow = db.prepare(
    `insert into shadow (connector, node, contact, at, would, holds) values (?, ?, ?, ?, ?, ?)
     on conflict (connector, node) do update set at = excluded.at, would = excluded.would, holds = excluded.holds`,
  )
  const eraseShadow = db.prepare('delete from shadow where node = ?')
  const eraseContact = db.prepare('delete from deliveries where connector = ? and contact = ?')
  const blank = db.prepare("update deliveries set fields = '{}' where connector = ? and contact = ?")

  return {
    write: (sent: Delivery): void => {
      const { lastInsertRowid } = insert.run(
        sent.connector,
        sent.contact,
        sent.at,
        sent.outcome,
        sent.reason,
        JSON.stringify(sent.fields),
      )
      count.run(sent.connector, sent.outcome)
      if (Number(lastInsertRowid) % 1_000 === 0) prune.run(sent.connector, Number(lastInsertRowid) - kept)
    },
    totals: () => totals.all(),
    page: (connector: string, limit: number, cursor: string | null): Slice<Delivery> =>
      sliceOf(
        page.all(connector, seqOf(cursor, Number.MAX_SAFE_INTEGER), limit + 1),
        limit,
        delivery,
        (row) => row.seq,
      ),
    shadow: (write: ShadowWrite): void => {
      shadow.run(
        write.connector,
        write.node,
        write.contact,
        write.at,
        JSON.stringify(write.would),
        write.holds && JSON.stringify(write.holds),
      )
    },
    shadowPage: (connector: string, limit: number, cursor: string | null): Slice<ShadowWrite> =>
      sliceOf(shadowPage.all(connector, cursor ?? '', limit + 1), limit, shadowWrite, (row) => row.node),
    eraseShadow: (node: string): void => {
      eraseShadow.run(node)
    },
    eraseContact: (connector: string, contact: string): void => {
      eraseContact.run(connector, contact)
    },
    /** That something was sent is kept, and what it was is not. */
    blank: (connector: string, contact: string): void => {
      blank.run(connector, contact)
    },
  }
}
