import { setImmediate } from 'node:timers/promises'
import type { ContactState } from '../deliver/contact.ts'
import type { Component } from '../profile/component.ts'
import { backupTo } from './backup.ts'
import type { ChangeSet } from './change-set.ts'
import { openDatabase } from './database.ts'
import { adoptDerived, clearDerived, removeDatabase, scratchPath } from './derived.ts'
import { sameEvidence } from './evidence.ts'
import { evidenceOf, householdOf, load } from './load.ts'
import type { Store } from './port.ts'
import type { ApiKey, AuditEntry, Revision } from './stored.ts'
import { type Tables, tables } from './tables.ts'

/** Only what differs from what is stored: most messages add an event, and leave who the customer is as it was. */
const writeComponent = (t: Tables, component: Component, version: number): void => {
  const before = t.households.ofComponent(component.id)
  if (before?.version === version && sameEvidence(before.component, component)) return
  t.components.write(component, version)
  if (before?.component.nodes !== component.nodes) t.components.place(component)
}

const write = (t: Tables, change: ChangeSet): void => {
  if (change.erased) erase(t, change.erased)
  t.messages.insert(change.messages ?? [])
  for (const message of change.setAside ?? []) t.messages.setAside(message)
  for (const id of change.goneComponents ?? []) t.components.remove(id)
  for (const { component, version } of change.components ?? []) writeComponent(t, component, version)
  for (const told of change.told ?? []) t.history.insert(told)
  for (const row of change.goneProfiles ?? []) t.profiles.remove(row)
  for (const row of change.profiles ?? []) t.profiles.write(row)
  for (const decision of change.decisions ?? []) t.decisions.write(decision)
  for (const offer of change.used ?? []) t.decisions.use(offer)
  for (const contact of change.contacts ?? []) t.contacts.write(contact)
  for (const { connector, node } of change.goneContacts ?? []) t.contacts.remove(connector, node)
  for (const delivery of change.deliveries ?? []) t.deliveries.write(delivery)
  for (const shadow of change.shadow ?? []) t.deliveries.shadow(shadow)
  if (change.connector) t.ledger.connector(change.connector)
  for (const { connector, record, hash } of change.pulled ?? []) t.ledger.pull(connector, record, hash)
  for (const veto of change.vetoes ?? []) t.components.veto(veto)
  for (const entry of change.audit ?? []) t.ledger.audit(entry)
}

const erase = (t: Tables, { nodes, beside, at }: NonNullable<ChangeSet['erased']>): void => {
  for (const contact of nodes.flatMap(t.contacts.ofNode))
    t.deliveries.eraseContact(contact.connector, contact.key.value)
  for (const contact of beside.flatMap(t.contacts.ofNode)) t.deliveries.blank(contact.connector, contact.key.value)
  for (const node of beside) t.deliveries.eraseShadow(node)
  for (const node of nodes) {
    for (const { source, message } of t.history.messagesOf(node)) t.messages.erase(source, message)
    t.messages.eraseAsideOf(node)
    t.history.eraseOf(node)
    t.decisions.eraseOf(node)
    t.deliveries.eraseShadow(node)
    t.ledger.erasePulled(node)
    t.components.bury(node, at)
  }
}

/** The embedded store: one SQLite file, one process. */
export const openSqlite = (path: string): Store => {
  const db = openDatabase(path)
  const t = tables(db)
  const transaction = db.transaction((work: () => void) => work())
  const atomically =
    <Args extends readonly unknown[]>(work: (...args: Args) => void) =>
    async (...args: Args): Promise<void> =>
      transaction.immediate(() => work(...args))
  return {
    load: async (nodes, how) => load(t, nodes, how),
    mark: t.households.markOf,
    evidence: async (nodes) => evidenceOf(t, nodes),
    commit: async (change) => {
      transaction.immediate(() => write(t, change))
      t.households.follow(change)
      t.decisions.countUses(change.used ?? [])
    },
    known: async (messages) => t.messages.known(messages),
    tombstones: async (nodes) => t.components.tombstones(nodes),
    messagesOf: async (nodes, limit, cursor) => t.messages.ofNodes(nodes, limit, cursor),
    messagesAfter: async (seq, limit) => t.messages.after(seq, limit),
    countMessages: async () => t.messages.count(),
    setAsideTotals: async () => t.messages.setAsideTotals(),
    clearDerived: atomically(() => {
      clearDerived(db)
      t.households.clear()
    }),
    scratch: async () => {
      const place = scratchPath(db)
      removeDatabase(place)
      const scratch = openSqlite(place)
      const drop = async () => {
        await scratch.close()
        removeDatabase(place)
      }
      const adopt = async () => {
        await scratch.close()
        adoptDerived(db, place)
        t.households.clear()
        removeDatabase(place)
      }
      return { store: scratch, adopt, drop }
    },
    buriedSince: async (at) => t.components.buriedSince(at),
    profile: async (id) => t.profiles.one(id),
    profilesOf: async (nodes) => [...new Set(nodes.flatMap((node) => householdOf(t, node)?.profiles ?? []))],
    profiles: async (limit, cursor) => t.profiles.page(limit, cursor),
    countProfiles: async () => t.profiles.count(),
    due: async (at, limit) => t.profiles.due(at, limit),
    nextDue: async () => t.profiles.nextDue(),
    contacts: async (connector, nodes) => t.contacts.some(connector, nodes),
    contactsPage: async (connector, limit, cursor) => t.contacts.page(connector, limit, cursor),
    dirty: async (connector, at, limit) => t.contacts.dirty(connector, at, limit),
    nextTry: async (connector) => t.contacts.nextTry(connector),
    tickets: async (connector) => t.contacts.tickets(connector),
    contactsOfTicket: async (connector, ticket) => t.contacts.ofTicket(connector, ticket),
    deadLetters: async (connector, limit, cursor) => t.contacts.dead(connector, limit, cursor),
    contestedContacts: async (connector, limit, cursor) => t.contacts.contested(connector, limit, cursor),
    contactTotals: async () => t.contacts.totals(),
    deliveries: async (connector, limit, cursor) => t.deliveries.page(connector, limit, cursor),
    deliveryTotals: async () => t.deliveries.totals(),
    shadow: async (connector, limit, cursor) => t.deliveries.shadowPage(connector, limit, cursor),
    async *contactsByProfile() {
      let group: readonly ContactState[] = []
      for (const page of t.contacts.byProfile(500)) {
        for (const contact of page) {
          const [first] = group
          if (first !== undefined && first.profile !== contact.profile) {
            yield group
            group = []
          }
          group = [...group, contact]
        }
        // A report over everybody keeps nobody waiting.
        await setImmediate()
      }
      if (group.length > 0) yield group
    },
    openDecisions: async (nodes) => nodes.flatMap(t.decisions.openOf),
    connectorStates: async () => t.ledger.connectors(),
    pulledHashes: async (connector, records) => t.ledger.pulled(connector, records),
    audit: async (action, limit) => t.ledger.audited(action, limit),
    currentRevision: async () => t.ledger.currentRevision(),
    revisions: async (limit, cursor) => t.ledger.revisions(limit, cursor),
    publish: atomically((revision: Revision, audit: AuditEntry) => {
      t.ledger.publish(revision)
      t.ledger.audit(audit)
    }),
    apiKeys: async () => t.ledger.apiKeys(),
    saveApiKey: atomically((key: ApiKey, audit: AuditEntry) => {
      t.ledger.saveApiKey(key)
      t.ledger.audit(audit)
    }),
    fact: async (name) => t.ledger.fact(name),
    saveFact: async (name, value) => t.ledger.saveFact(name, value),
    backup: (file) => backupTo(db, file),
    close: async () => {
      db.close()
    },
  }
}
