import type { Db } from './database.ts'
import type { Slice } from './port.ts'
import { seqOf, sliceOf } from './slice.ts'
import type { ApiKey, AuditEntry, ConnectorState, Revision } from './stored.ts'

interface RevisionRow {
  seq: number
  id: string
  body: string
  published_at: number
  by: string
}
const revision = (row: RevisionRow): Revision => ({
  id: row.id,
  body: row.body,
  publishedAt: row.published_at,
  by: row.by,
})

/** Who changed what: audit, revisions, phases of connectors, keys, and single facts. */
export const ledgerRows = (db: Db) => {
  const audit = db.prepare('insert into audit (at, actor, action, subject, detail) values (?, ?, ?, ?, ?)')
  const audited = db.prepare<[string, number], AuditEntry & { detail: string }>(
    'select at, actor, action, subject, detail from audit where action = ? order by seq desc limit ?',
  )
  const current = db.prepare<[], RevisionRow>('select * from revisions order by seq desc limit 1')
  const page = db.prepare<[number, number], RevisionRow>(
    'select * from revisions where seq < ? order by seq desc limit ?',
  )
  const publish = db.prepare('insert into revisions (id, body, published_at, by) values (?, ?, ?, ?)')
  const connectors = db.prepare<[], { body: string }>('select body from connectors order by connector')
  const connector = db.prepare(
    'insert into connectors (connector, body) values (?, ?) on conflict (connector) do update set body = excluded.body',
  )
  const seen = db.prepare<[string, string], { hash: string }>(
    'select hash from pulled where connector = ? and record = ?',
  )
  const see = db.prepare(
    'insert into pulled (connector, record, hash) values (?, ?, ?) on conflict (connector, record) do update set hash = excluded.hash',
  )
  const unsee = db.prepare('delete from pulled where record = ?')
  const keys = db.prepare<[], { body: string }>('select body from api_keys order by id')
  const saveKey = db.prepare(
    'insert into api_keys (id, body) values (?, ?) on conflict (id) do update set body = excluded.body',
  )
  const fact = db.prepare<[string], { value: string }>('select value from facts where name = ?')
  const saveFact = db.prepare(
    'insert into facts (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
  )

  return {
    audit: (entry: AuditEntry): void => {
      audit.run(entry.at, entry.actor, entry.action, entry.subject, JSON.stringify(entry.detail))
    },
    audited: (action: string, limit: number): readonly AuditEntry[] =>
      audited.all(action, limit).map((row) => ({ ...row, detail: JSON.parse(row.detail) })),
    currentRevision: (): Revision | null => {
      const row = current.get()
      return row === undefined ? null : revision(row)
    },
    revisions: (limit: number, cursor: string | null): Slice<Revision> =>
      sliceOf(page.all(seqOf(cursor, Number.MAX_SAFE_INTEGER), limit + 1), limit, revision, (row) => row.seq),
    publish: (made: Revision): void => {
      publish.run(made.id, made.body, made.publishedAt, made.by)
    },
    connectors: (): readonly ConnectorState[] => connectors.all().map(({ body }): ConnectorState => JSON.parse(body)),
    connector: (state: ConnectorState): void => {
      connector.run(state.connector, JSON.stringify(state))
    },
    pulled: (name: string, records: readonly string[]): ReadonlyMap<string, string> =>
      new Map(
        records.flatMap((record) => {
          const row = seen.get(name, record)
          return row === undefined ? [] : [[record, row.hash] as const]
        }),
      ),
    pull: (name: string, record: string, hash: string): void => {
      see.run(name, record, hash)
    },
    erasePulled: (record: string): void => {
      unsee.run(record)
    },
    apiKeys: (): readonly ApiKey[] => keys.all().map(({ body }): ApiKey => JSON.parse(body)),
    saveApiKey: (key: ApiKey): void => {
      saveKey.run(key.id, JSON.stringify(key))
    },
    fact: (name: string): string | null => fact.get(name)?.value ?? null,
    saveFact: (name: string, value: string): void => {
      saveFact.run(name, value)
    },
  }
}
