import type { Receipt } from '../contract/change.ts'
import { ConnectorError } from '../contract/errors.ts'
import type { ContactState } from '../deliver/contact.ts'
import { endOf, firstAskMs, nextWaitMs } from '../deliver/job.ts'
import { contactOf } from '../deliver/parcel.ts'
import type { Core } from './core.ts'
import type { Tool } from './tool.ts'
import { byContact, type Verdicts } from './verdicts.ts'
import type { Withhold } from './withholding.ts'

/** The jobs that a tool has made of what it was sent. */
export interface Jobs {
  /** Asks what came of one whose time has come; false: there is none. Throws `ConnectorError` where the tool cannot be asked. */
  readonly step: () => Promise<boolean>
  /** When the next one is asked about; null: none is open. */
  readonly nextAt: () => number | null
  /** There is one of this ticket now. */
  readonly opened: (ticket: string) => void
}
interface Asking {
  readonly at: number
  readonly waitMs: number
}

/** Tickets are durable with the contacts they are about; when to ask about them is not: a new process asks at once. */
export const createJobs = (core: Core, tool: Tool, verdicts: Verdicts, withhold: Withhold): Jobs => {
  const open = new Map<string, Asking>()
  let known: Promise<void> | null = null
  const opened = (ticket: string): void => {
    if (!open.has(ticket)) open.set(ticket, { at: core.now() + firstAskMs, waitMs: firstAskMs })
  }
  const recall = async (): Promise<void> => {
    for (const ticket of await core.store.tickets(tool.key)) open.set(ticket, { at: core.now(), waitMs: firstAskMs })
  }

  /** What the tool says; null: it knows the job no more, or nobody will wait for it any longer. */
  const answerOf = async (ticket: string, contacts: readonly ContactState[]): Promise<readonly Receipt[] | null> => {
    const isOver = contacts.every(({ job }) => job === null || endOf(job) <= core.now())
    if (tool.connector.settle === undefined || isOver) return null
    try {
      return await tool.connector.settle(tool.context('read'), ticket, contacts.map(contactOf))
    } catch (error) {
      if (error instanceof ConnectorError && error.kind === 'invalid') return null
      throw error
    }
  }
  const ask = async (ticket: string): Promise<void> => {
    const contacts = await core.store.contactsOfTicket(tool.key, ticket)
    const answer = await answerOf(ticket, contacts)
    const sentTo = new Map(contacts.map(({ node, job }) => [node, Object.keys(job?.sent.desired.fields ?? {})]))
    const receipts = byContact(await withhold(answer ?? [], (node) => sentTo.get(node) ?? []))
    /** Nothing is concluded from silence while the job may go on: to ask again alters nothing. */
    const goesOn = (receipt: Receipt | undefined): boolean =>
      receipt === undefined ? answer !== null : receipt.status === 'accepted' && receipt.ticket === ticket
    const told = contacts.filter(({ node }) => !goesOn(receipts.get(node)))
    await verdicts.pass(
      told.map(({ node }) => node),
      receipts,
      ({ job }) => (job?.ticket === ticket ? { sent: job.sent, fields: {} } : null),
    )
    for (const receipt of receipts.values()) if (receipt.status === 'accepted') opened(receipt.ticket)
    if (told.length === contacts.length) open.delete(ticket)
  }
  return {
    opened,
    nextAt: () => (open.size === 0 ? null : Math.min(...[...open.values()].map(({ at }) => at))),
    step: async () => {
      known ??= recall().catch((error: unknown) => {
        known = null
        throw error
      })
      await known
      const [ticket, asking] = [...open].find(([, { at }]) => at <= core.now()) ?? []
      if (ticket === undefined || asking === undefined) return false
      const waitMs = nextWaitMs(asking.waitMs)
      open.set(ticket, { at: core.now() + asking.waitMs, waitMs })
      await ask(ticket)
      return true
    },
  }
}
