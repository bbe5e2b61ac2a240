import { join } from 'node:path'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { answering } from './asked.ts'

/** The least that an embedded store does for a message: it keeps the event and writes a profile of 2 KB. */
const db = new Database(join(z.string().parse(process.env.BENCH_FOLDER), 'raw.db'))
db.pragma('journal_mode = WAL')
// As the hub has it.
db.pragma('synchronous = FULL')
db.exec(`
  create table events (seq integer primary key, source text not null, id text not null, subject text, at integer not null, body text not null, unique (source, id));
  create index events_subject on events (subject, at);
  create table profiles (id text primary key, body text not null) without rowid;
`)
const insert = db.prepare('insert into events (source, id, subject, at, body) values (?, ?, ?, ?, ?)')
const upsert = db.prepare(
  'insert into profiles (id, body) values (?, ?) on conflict (id) do update set body = excluded.body',
)
const profile = JSON.stringify({ traits: 'x'.repeat(2_000) })
const message = z.looseObject({ messageId: z.string(), userId: z.string() })
type Message = z.output<typeof message>

const write = db.transaction((messages: readonly Message[]) => {
  for (const { messageId, userId, ...body } of messages) {
    insert.run('web', messageId, userId, Date.now(), JSON.stringify(body))
    upsert.run(userId, profile)
  }
})
const perTransaction = 100
let waiting: readonly Message[] = []
answering(
  {
    /** Read beforehand, so that reading the question is not measured. */
    prepare: (input) => {
      waiting = z.array(message).parse(input)
    },
    write: () => {
      for (let at = 0; at < waiting.length; at += perTransaction) write(waiting.slice(at, at + perTransaction))
    },
  },
  async () => {
    db.close()
  },
)
