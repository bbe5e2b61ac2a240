import type { HistoryEvent } from '../profile/component.ts'
import { byTime } from '../profile/history.ts'
import type { Db } from './database.ts'
import type { Told } from './stored.ts'

interface Row {
  at: number
  source: string
  message: string
  name: string
  key: string | null
  properties: string
}
const eventOf = (node: string, row: Row): HistoryEvent => {
  const properties: Record<string, unknown> = JSON.parse(row.properties)
  return { node, name: row.name, source: row.source, message: row.message, key: row.key, at: row.at, properties }
}

/** What was said of each node: rows are added and never rewritten, so a long history costs a new event nothing. */
export const historyRows = (db: Db) => {
  const ofNode = db.prepare<[string], Row>(
    'select at, source, message, name, key, properties from history where node = ? and name is not null',
  )
  const insert = db.prepare(
    'insert into history (node, at, source, message, name, key, properties) values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing',
  )
  const remove = db.prepare('delete from history where node = ?')
  const messagesOf = db.prepare<[string], { source: string; message: string }>(
    'select source, message from history where node = ?',
  )
  const eventsOf = (node: string): readonly HistoryEvent[] => ofNode.all(node).map((row) => eventOf(node, row))

  return {
    /** Oldest first. Sorted here: SQLite orders texts by their UTF-8, components by UTF-16. */
    eventsOf: (nodes: readonly string[]): readonly HistoryEvent[] => nodes.flatMap(eventsOf).sort(byTime),
    insert: ({ node, at, source, message, event }: Told): void => {
      const properties = event === null ? null : JSON.stringify(event.properties)
      insert.run(node, at, source, message, event?.name ?? null, event?.key ?? null, properties)
    },
    messagesOf: (node: string): readonly { readonly source: string; readonly message: string }[] =>
      messagesOf.all(node),
    eraseOf: (node: string): void => {
      remove.run(node)
    },
  }
}
