import { type ContactState, lanes } from '../deliver/contact.ts'
import { contactRows } from './contacts.ts'
import type { Db } from './database.ts'
import { ledgerRows } from './ledger.ts'

/** What of the replaced store is taken over into the one that comes in its place: what must not be undone. */
export interface Carried {
  /** Identifiers that were erased since, and stay so. */
  readonly erased: number
  /** Keys that were revoked since, and stay so. */
  readonly revoked: number
  /** Connectors whose phase is other than it was; the present one stays. */
  readonly phases: number
}

/** Under which name a store remembers whom it still has to erase: the fact is a list of nodes. */
export const owedErasures = 'owed erasures'

const page = 500
const eachContact = (db: Db, work: (contacts: readonly ContactState[]) => void): void => {
  const rows = contactRows(db)
  for (const { connector } of rows.totals())
    for (let cursor: string | null = null; ; ) {
      const { items, next } = rows.page(connector, page, cursor)
      work(items)
      cursor = next
      if (cursor === null) break
    }
}

/** Whoever was erased stays erased: the tombstones come over, and the rest is owed, for a store alone cannot tell who a customer is. */
const carryErasures = (from: Db, into: Db): number => {
  const known = into.prepare<[string], { at: number }>('select at from tombstones where node = ?')
  const bury = into.prepare('insert or replace into tombstones (node, at) values (?, ?)')
  const all = from.prepare<[], { node: string; at: number }>('select node, at from tombstones').all()
  const owed = all.filter(({ node, at }) => (known.get(node)?.at ?? 0) < at)
  for (const { node, at } of owed) bury.run(node, at)
  if (owed.length > 0) ledgerRows(into).saveFact(owedErasures, JSON.stringify(owed.map(({ node }) => node)))
  return owed.length
}

const carryRevocations = (from: Db, into: Db): number => {
  const ledger = ledgerRows(into)
  const valid = new Set(ledger.apiKeys().flatMap(({ id, revokedAt }) => (revokedAt === null ? [id] : [])))
  const revoked = ledgerRows(from)
    .apiKeys()
    .filter(({ id, revokedAt }) => revokedAt !== null && valid.has(id))
  for (const key of revoked) ledger.saveApiKey(key)
  return revoked.length
}

/** A tool that is not written to today is not written to because it once was. What a connector was not yet, it pulls from the beginning. */
const carryPhases = (from: Db, into: Db): number => {
  const ledger = ledgerRows(into)
  const then = new Map(ledger.connectors().map((state) => [state.connector, state]))
  const changed = ledgerRows(from)
    .connectors()
    .flatMap((now) => {
      const { phase, phaseSince, next } = now
      const state = then.get(now.connector) ?? { ...now, cursor: null }
      return then.get(now.connector)?.phase === phase ? [] : [{ ...state, phase, phaseSince, next }]
    })
  for (const state of changed) ledger.connector(state)
  return changed.length
}

/** What we ever did to a tool's contact is a fact about the tool: what it held before us is given back some day. */
const carryDeeds = (from: Db, into: Db): void => {
  const rows = contactRows(into)
  eachContact(from, (contacts) => {
    for (const { connector, node, told, touchedAt, baseline, held, tried } of contacts)
      for (const state of rows.some(connector, [node]))
        rows.write({ ...state, told: state.told || told, touchedAt, baseline, held, tried })
  })
}

/** Takes over what must not be undone. */
export const carryOver = (from: Db, into: Db): Carried => {
  carryDeeds(from, into)
  return { erased: carryErasures(from, into), revoked: carryRevocations(from, into), phases: carryPhases(from, into) }
}

/** Nothing is wanted of it: left alone, or cleared and given back long ago. */
const rests = ({ aim, touchedAt }: ContactState): boolean =>
  aim === 'leave' || ((aim === 'clear' || aim === 'retract') && touchedAt === null)

const forgotten = (state: ContactState, at: number): ContactState => {
  const unseen = { ...state, job: null, observed: null, observedAt: null }
  if (rests(state)) return unseen
  const lane = state.aim === 'erase' || state.aim === 'clear' ? lanes.consent : lanes.backfill
  return { ...unseen, settled: null, dirtyAt: at, lane, attempts: 0, nextTryAt: 0, dead: null }
}

/** What the tools hold is unknown from now on: each contact is read before anything is written to it. Answers how many there are. */
export const forgetTools = (db: Db, at: number): number => {
  const rows = contactRows(db)
  let contacts = 0
  eachContact(db, (states) => {
    contacts += states.length
    for (const state of states) rows.write(forgotten(state, at))
  })
  return contacts
}
