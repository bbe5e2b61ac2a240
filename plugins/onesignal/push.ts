import type { Change, Contact, Outcome, Receipt } from '../../core/contract/change.ts'
import { obstacle, refusalOf, shownOutcome, tagsOf } from './map.ts'
import type { Wire } from './settings.ts'
import { aliasOf, createUser, deleteUser, find, idOf, writeTags } from './user.ts'

const pushOne = async (ctx: Wire, change: Change): Promise<Outcome> => {
  const { tagTypes } = ctx.settings
  const blocked = obstacle(change, tagTypes)
  if (blocked) return blocked
  const { contact } = change
  const found = await find(ctx, contact)
  if (!found && !change.create) return { status: 'skipped', reason: 'the app has no such user' }
  const tags = tagsOf(change)
  const taken = found ? await writeTags(ctx, idOf(found), tags) : await createUser(ctx, aliasOf(ctx, contact), tags)
  if (taken.isRefused) return refusalOf(taken)
  const remoteId = found ? idOf(found) : contact.remoteId
  return shownOutcome(change, await find(ctx, { ...contact, remoteId }), tagTypes)
}

/** One user a request, each read before and after. */
export const push = (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> =>
  Promise.all(changes.map(async (change) => ({ contact: change.contact.id, ...(await pushOne(ctx, change)) })))

/** For good, with all subscriptions. */
const eraseOne = async (ctx: Wire, contact: Contact): Promise<Receipt> => {
  const found = await find(ctx, contact)
  if (!found) return { contact: contact.id, status: 'unchanged' }
  await deleteUser(ctx, idOf(found))
  if (!(await find(ctx, { ...contact, remoteId: idOf(found) }))) return { contact: contact.id, status: 'applied' }
  return { contact: contact.id, status: 'retry', reason: 'OneSignal still shows the user', afterMs: 10_000 }
}
export const erase = (ctx: Wire, contacts: readonly Contact[]): Promise<readonly Receipt[]> =>
  Promise.all(contacts.map((contact) => eraseOne(ctx, contact)))
