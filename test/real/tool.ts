import { randomUUID } from 'node:crypto'
import type { Change, Contact, Membership, Receipt } from '../../core/contract/change.ts'
import type { Connector } from '../../core/contract/connector.ts'
import type { SourceRecord } from '../../core/contract/record.ts'
import { contextFor } from '../../core/host/context.ts'
import { guardFor } from '../../core/host/guard.ts'
import type { Mode } from '../../core/host/http.ts'
import { unpaced } from '../../core/host/pace.ts'
import { transportThrough } from '../../core/host/transport.ts'

const { signal } = new AbortController()
const transport = transportThrough(guardFor({ loopback: true }))

/** A connector at a real tool, and people of this run of the tests alone, by their first names. */
export const realTool = (connector: Connector, settings: Readonly<Record<string, unknown>>) => {
  const run = randomUUID().slice(0, 8)
  const emailOf = (name: string) => `${name}.${run}@example.test`
  const context = (mode: Mode, others: Readonly<Record<string, unknown>> = {}) =>
    contextFor({
      connector,
      settings: { ...settings, ...others },
      mode,
      transport,
      pace: unpaced,
      log: () => {},
      signal,
      now: Date.now,
    })
  const contactOf = (name: string): Contact => ({ id: name, key: { type: 'email', value: emailOf(name) } })
  const changeOf = (name: string, step: Partial<Change>): Change => ({
    contact: contactOf(name),
    create: false,
    fields: {},
    join: [],
    leave: [],
    ...step,
  })
  const byContact = (receipts: readonly Receipt[] = []) =>
    Object.fromEntries(receipts.map((receipt) => [receipt.contact, receipt]))

  return {
    run,
    emailOf,
    context,
    changeOf,
    push: async (...changes: readonly Change[]) => byContact(await connector.push?.(context('write'), changes)),
    erase: async (...names: readonly string[]) =>
      byContact(await connector.erase?.(context('write'), names.map(contactOf))),
    read: async (names: readonly string[], fields: readonly string[], memberships: readonly Membership[] = []) =>
      (await connector.read?.(context('read'), names.map(contactOf), { fields, memberships })) ?? new Map(),
    pull: async (cursor: string | null) => {
      const records: SourceRecord[] = []
      let reached = cursor
      for await (const page of connector.pull?.(context('read'), cursor) ?? []) {
        records.push(...page.records)
        reached = page.cursor
      }
      return { records, cursor: reached }
    },
    about: (records: readonly SourceRecord[], name: string) =>
      records.filter(({ identifiers }) => identifiers.some(({ value }) => value === emailOf(name))),
  }
}
