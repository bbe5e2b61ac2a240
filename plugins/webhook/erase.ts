import { z } from 'zod'
import type { Contact, Outcome, Receipt } from '../../core/contract/change.ts'
import { mustTell, outcomeOf, resultsIn } from './push.ts'
import { named, read } from './read.ts'
import { send } from './send.ts'
import type { Wire } from './settings.ts'

const nothing = { fields: [], memberships: [] }
const stays: Outcome = { status: 'retry', reason: 'The receiver took the message, and still shows the contact' }

/** Asks for removal. Where the receiver can be asked, only who was there counts as erased, and only once that is gone. */
export const erase = async (ctx: Wire, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const before = await read(ctx, contacts, nothing)
  const there = contacts.filter(({ id }) => before.get(id) !== null)
  const absent = contacts.filter(({ id }) => before.get(id) === null)
  const unchanged = absent.map(({ id }): Receipt => ({ contact: id, status: 'unchanged' }))
  if (there.length === 0) return unchanged
  const told = resultsIn(await send(ctx, 'contacts.erase', { contacts: there.map(named) }, z.unknown()))
  mustTell(ctx, told)
  const after = await read(ctx, there, nothing)
  const receipts = there.map(({ id }): Receipt => {
    const said = told?.get(id)
    if (ctx.settings.readUrl === undefined) return { contact: id, ...(said ? outcomeOf(said) : stays) }
    if (after.get(id) === null) return { contact: id, status: 'applied' }
    return { contact: id, ...(said?.status === 'rejected' ? outcomeOf(said) : stays) }
  })
  return [...unchanged, ...receipts]
}
