import { z } from 'zod'
import type { Change, Contact, Holding, Receipt, Wanted } from '../../core/contract/change.ts'
import { type Connector, type Context, defineConnector } from '../../core/contract/connector.ts'
import type { SourceRecord } from '../../core/contract/record.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { linesOf, type Mode } from '../../core/flow/tool.ts'
import type { OpenTool, openTool } from '../../core/flow/tools.ts'

interface Card {
  id: string
  fields: Record<string, FieldValue>
  memberships: Set<string>
}
/** What went out in one call to a paper tool. */
export interface Written {
  readonly at: number
  readonly mode: Mode
  readonly kind: 'push' | 'erase'
  readonly contacts: readonly string[]
  readonly changes: readonly Change[]
}
/** What goes wrong with a call: thrown before or after the tool applied it, or some receipts lost. */
export type Fault =
  | { readonly throws: Error; readonly applied: boolean }
  | { readonly loses: (contact: string) => boolean }
  | null

/** A tool on a sheet of paper: no HTTP, so that thousands of runs are cheap. It knows what it was told, and in which mode. */
export interface PaperTool {
  connector: Connector
  readonly cards: Map<string, Card>
  readonly writes: Written[]
  readonly put: (email: string, fields: Record<string, FieldValue>) => void
  readonly holds: (email: string) => Record<string, FieldValue> | null
  /** What a pull brings in, in order. */
  readonly feed: SourceRecord[]
  fault: (kind: 'push' | 'read') => Fault
  epoch: string
}

const noSettings: z.ZodObject = z.object({})

export const paperTool = (now: () => number, batch = 3): PaperTool => {
  const cards = new Map<string, Card>()
  const writes: Written[] = []
  const nameOf = (contact: Contact) => contact.key.value
  const apply = (change: Change): Receipt => {
    const contact = change.contact.id
    const known = cards.get(nameOf(change.contact))
    if (known === undefined && !change.create) return { contact, status: 'skipped', reason: 'no such contact' }
    if (nameOf(change.contact).startsWith('refused'))
      return { contact, status: 'rejected', reason: 'the address is refused' }
    const card = known ?? { id: `r${cards.size}`, fields: {}, memberships: new Set<string>() }
    for (const [field, value] of Object.entries(change.fields)) {
      if (value === null) delete card.fields[field]
      else card.fields[field] = value
    }
    for (const { kind, name } of change.join) card.memberships.add(`${kind}/${name}`)
    for (const { kind, name } of change.leave) card.memberships.delete(`${kind}/${name}`)
    cards.set(nameOf(change.contact), card)
    return { contact, status: 'applied', remoteId: card.id }
  }
  const holding = (card: Card, wanted: Wanted): Holding => ({
    remoteId: card.id,
    fields: Object.fromEntries(wanted.fields.map((field) => [field, card.fields[field] ?? null])),
    memberships: wanted.memberships.filter(({ kind, name }) => card.memberships.has(`${kind}/${name}`)),
  })
  const feed: SourceRecord[] = []
  const tool: PaperTool = {
    feed,
    cards,
    writes,
    epoch: 'e1',
    fault: () => null,
    put: (email, fields) => {
      cards.set(email, {
        id: `r${cards.size}`,
        fields: { ...cards.get(email)?.fields, ...fields },
        memberships: cards.get(email)?.memberships ?? new Set(),
      })
    },
    holds: (email) => cards.get(email)?.fields ?? null,
    connector: defineConnector({
      id: 'paper',
      title: 'Paper',
      summary: 'A tool on a sheet of paper.',
      docs: 'https://paper.test',
      channel: 'email',
      settings: noSettings,
      keys: ['email'],
      memberships: { tag: 'Tags' },
      defaults: {},
      limits: { batch, concurrency: 2, perSecond: 1_000, timeoutMs: 1_000 },
      ways: {
        push: { mode: 'batch', atomic: false, failures: 'by-key', upsert: 'email' },
        pull: 'journal',
      },
      permissions: [],
      proven: [{ by: 'sandbox', what: 'paper', on: '2026-11-21' }],
      reads: [{ method: 'GET', path: '/**' }],
      connect: () => ({ baseUrl: 'https://paper.test', headers: {} }),
      check: async () => ({ account: 'paper', epoch: tool.epoch }),
      read: async (_, contacts, wanted) => {
        const fault = tool.fault('read')
        if (fault !== null && 'throws' in fault) throw fault.throws
        return new Map(
          contacts.map((contact) => {
            const card = cards.get(nameOf(contact))
            return [contact.id, card === undefined ? null : holding(card, wanted)]
          }),
        )
      },
      pull: async function* (_, cursor) {
        for (let at = Number(cursor ?? 0); at < feed.length; at++)
          yield { records: feed.slice(at, at + 1), cursor: String(at + 1) }
      },
      webhook: {
        proof: { scheme: 'shared-secret', secret: () => 'signed', given: ({ headers }) => headers['x-paper'] },
        parse: (_, { body }) => recordsOf(body),
      },
      push: async (ctx, changes) => {
        const fault = tool.fault('push')
        if (fault !== null && 'throws' in fault && !fault.applied) throw fault.throws
        writes.push({
          at: now(),
          mode: modeOf(ctx),
          kind: 'push',
          contacts: changes.map((change) => nameOf(change.contact)),
          changes,
        })
        const receipts = changes.map(apply)
        if (fault !== null && 'throws' in fault) throw fault.throws
        return fault !== null && 'loses' in fault ? receipts.filter(({ contact }) => !fault.loses(contact)) : receipts
      },
      erase: async (ctx, contacts) => {
        writes.push({ at: now(), mode: modeOf(ctx), kind: 'erase', contacts: contacts.map(nameOf), changes: [] })
        return contacts.map(
          (contact): Receipt => ({
            contact: contact.id,
            status: cards.delete(nameOf(contact)) ? 'applied' : 'unchanged',
          }),
        )
      },
    }),
  }
  return tool
}

const recordsOf = (body: Uint8Array): SourceRecord[] => JSON.parse(Buffer.from(body).toString('utf8'))
const modes = new WeakMap<object, Mode>()
const modeOf = (ctx: Context<unknown>): Mode => modes.get(ctx) ?? 'read'

/** Opens paper tools by their connector's key, in place of plugins. */
export const openPaper =
  (tools: Readonly<Record<string, PaperTool>>): typeof openTool =>
  async (key, settings, stored, { now, log }) => {
    const paper = tools[key]
    if (paper === undefined) throw new Error(`opening the paper tool ${key}: there is none`)
    const context = (mode: Mode): Context<Record<string, unknown>> => {
      const ctx: Context<Record<string, unknown>> = {
        settings: {},
        http: async () => {
          throw new Error('paper has no HTTP')
        },
        log: (message, fields = {}) => log.info({ ...fields }, message),
        signal: new AbortController().signal,
        now,
      }
      modes.set(ctx, mode)
      return ctx
    }
    const contexts = { read: context('read'), write: context('write'), setup: context('setup') }
    const open: OpenTool = {
      tool: {
        key,
        settings,
        connector: paper.connector,
        limits: paper.connector.limits,
        lines: linesOf(settings, paper.connector),
        context: (mode) => contexts[mode],
        pauseUntil: () => {},
        sandboxUrl: null,
        state: stored ?? {
          connector: key,
          phase: settings.phase,
          phaseSince: now(),
          next: null,
          account: null,
          epoch: null,
          cursor: null,
          paused: null,
          withheld: {},
        },
      },
      sandbox: null,
      letGo: () => {},
      close: async () => {},
    }
    return open
  }
