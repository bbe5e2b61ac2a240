import type { Receipt } from '../contract/change.ts'
import { type ContactState, lanes, type Sent } from '../deliver/contact.ts'
import { settle } from '../deliver/settle.ts'
import type { ChangeSet } from '../store/change-set.ts'
import type { AuditEntry, Delivery } from '../store/stored.ts'
import type { Core } from './core.ts'
import { redecide } from './redecide.ts'
import type { Tool } from './tool.ts'
import { deliveryOf } from './written.ts'

/** By the contact's node. */
export type Receipts = ReadonlyMap<string, Receipt>
export const byContact = (receipts: readonly Receipt[]): Receipts =>
  new Map(receipts.map((receipt) => [receipt.contact, receipt]))

/** What was sent of a contact as it is stored now, and by which fields the log names it; null: the verdict is not about it. */
export interface Case {
  readonly sent: Sent
  readonly fields: Delivery['fields']
}
/** What becomes of one connector's contacts, as they are stored at that moment: in the writer. */
export interface Verdicts {
  readonly alter: (
    nodes: readonly string[],
    next: (state: ContactState) => ContactState,
    more?: (states: readonly ContactState[]) => Omit<ChangeSet, 'contacts'>,
  ) => Promise<void>
  /** Passes the tool's verdicts; a contact without a receipt is unknown. */
  readonly pass: (
    nodes: readonly string[],
    receipts: Receipts,
    caseOf: (state: ContactState) => Case | null,
  ) => Promise<void>
}

const done: readonly (Receipt['status'] | undefined)[] = ['applied', 'unchanged', 'skipped']
const isErased = ({ contact }: Sent, receipt: Receipt | undefined): boolean =>
  contact.aim === 'erase' && done.includes(receipt?.status)

export const createVerdicts = (core: Core, tool: Pick<Tool, 'key'>): Verdicts => {
  const erasedOf = ({ node }: ContactState): AuditEntry => ({
    at: core.now(),
    actor: 'hub',
    action: 'erased',
    subject: node,
    detail: { connector: tool.key },
  })

  /** Answers whom to decide again: whoever wants something newer than what was sent, and whoever may have come back. */
  const passNow: (...args: Parameters<Verdicts['pass']>) => Promise<readonly string[]> = async (
    nodes,
    receipts,
    caseOf,
  ) => {
    const when = { at: core.now(), chance: core.chance() }
    const cases = (await core.store.contacts(tool.key, nodes)).flatMap((state) => {
      const known = caseOf(state)
      return known === null ? [] : [{ state, ...known, receipt: receipts.get(state.node) }]
    })
    const gone = cases.filter(({ sent, receipt }) => isErased(sent, receipt)).map(({ state }) => state)
    const left = cases.filter(({ sent, receipt }) => !isErased(sent, receipt))
    await core.store.commit({
      contacts: left.map(({ state, sent, receipt }) => settle(state, sent, receipt, when)),
      goneContacts: gone.map(({ connector, node }) => ({ connector, node })),
      audit: gone.map(erasedOf),
      // Of somebody who was erased meanwhile nothing is kept.
      deliveries: left.flatMap(({ state, receipt, fields }) =>
        state.aim === 'erase' ? [] : [deliveryOf(state, fields, receipt, when.at)],
      ),
    })
    const overtaken = left.filter(({ state, sent }) => state.wanted !== sent.contact.wanted)
    return [...gone, ...overtaken.map(({ state }) => state)].map(({ node }) => node)
  }

  return {
    alter: async (nodes, next, more) => {
      if (nodes.length === 0 && more === undefined) return
      await core.writer.run('settle', async () => {
        const states = (await core.store.contacts(tool.key, nodes)).map(next)
        await core.store.commit({ ...more?.(states), contacts: states })
      })
    },
    pass: async (nodes, receipts, caseOf) => {
      if (nodes.length === 0) return
      const again = await core.writer.run('settle', () => passNow(nodes, receipts, caseOf))
      if (again.length > 0) await core.writer.run('settle', () => redecide(core, again, lanes.decision))
    },
  }
}
