import { z } from 'zod'
import type { Contact, Receipt } from '../../core/contract/change.ts'
import { deleteMessage, messagesWith } from './message.ts'
import type { Wire } from './settings.ts'
import { find, identityOf, phoneIn, usersPath } from './user.ts'

/** Messages hold numbers and words of people, too. */
const eraseMessages = async (ctx: Wire, number: string): Promise<number> => {
  const found = [...(await messagesWith(ctx, { From: number })), ...(await messagesWith(ctx, { To: number }))]
  for (const { sid } of found) await deleteMessage(ctx, sid)
  return found.length
}

const eraseOne = async (ctx: Wire, contact: Contact): Promise<Receipt> => {
  const found = await find(ctx, contact)
  if (found) {
    const path = usersPath(ctx, `/${encodeURIComponent(found.sid)}`)
    await ctx.http({ method: 'DELETE', path, accept: [404], reply: z.unknown() })
  }
  const numbers = [identityOf(contact), found?.identity ?? ''].flatMap((identity) => phoneIn(identity) ?? [])
  let messages = 0
  for (const number of new Set(numbers)) messages += await eraseMessages(ctx, number)
  return { contact: contact.id, status: found || messages > 0 ? 'applied' : 'unchanged' }
}

/** The user, and the messages from and to a number that is known by the contact. */
export const erase = async (ctx: Wire, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const receipts: Receipt[] = []
  for (const contact of contacts) receipts.push(await eraseOne(ctx, contact))
  return receipts
}
