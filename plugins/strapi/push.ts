import { z } from 'zod'
import type { Change, Contact, Outcome, Receipt } from '../../core/contract/change.ts'
import { collectionPath, type Entry, find, one, pathOf, refusal, spelledAs } from './entry.ts'
import { keptOutcome, refusedOutcome, writeOf } from './map.ts'
import type { StrapiContext } from './settings.ts'

const written = z.union([one, refusal])
const gone: Outcome = { status: 'skipped', reason: 'Strapi has no such visitor' }

const create = async (ctx: StrapiContext, change: Change): Promise<Outcome> => {
  const json = { data: { ...writeOf(change, undefined), email: change.contact.key.value } }
  const path = collectionPath(ctx)
  const { body } = await ctx.http({ method: 'POST', path, json, accept: [400], reply: written })
  return 'error' in body ? refusedOutcome(body) : keptOutcome(change, body.data)
}
const update = async (ctx: StrapiContext, change: Change, before: Entry): Promise<Outcome> => {
  const data = writeOf(change, before)
  if (!data) return { status: 'unchanged', remoteId: before.documentId }
  const path = pathOf(ctx, before.documentId)
  const answer = await ctx.http({ method: 'PUT', path, json: { data }, accept: [400, 404], reply: written })
  if ('data' in answer.body) return keptOutcome(change, answer.body.data)
  return answer.status === 404 ? gone : refusedOutcome(answer.body)
}

/** Found together, then written one by one: Strapi has no bulk call. Fields that are not sent keep their value. */
export const push = async (ctx: StrapiContext, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const found = await find(
    ctx,
    changes.map(({ contact }) => contact),
  )
  const pushOne = async (change: Change): Promise<Receipt> => {
    const contact = change.contact.id
    const before = found.get(contact)
    if (before) return { contact, ...(await update(ctx, change, before)) }
    return { contact, ...(change.create ? await create(ctx, change) : gone) }
  }
  return Promise.all(changes.map(pushOne))
}

/**
 * Under every spelling of the address, and in every locale. Strapi answers 204 for what was never there, too: what counts
 * is who was there before, and is not afterwards.
 */
export const erase = async (ctx: StrapiContext, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const there = await spelledAs(ctx, contacts)
  const query = { locale: '*' }
  await Promise.all(
    there.map(({ documentId }) =>
      ctx.http({ method: 'DELETE', path: pathOf(ctx, documentId), query, accept: [404], reply: z.unknown() }),
    ),
  )
  const left = there.length > 0 ? await spelledAs(ctx, contacts) : []
  const has = (entries: readonly Entry[], { key }: Contact) =>
    entries.some(({ email }) => email?.toLowerCase() === key.value.toLowerCase())
  return contacts.map((contact): Receipt => {
    if (!has(there, contact)) return { contact: contact.id, status: 'unchanged' }
    if (!has(left, contact)) return { contact: contact.id, status: 'applied' }
    return { contact: contact.id, status: 'retry', reason: 'Strapi still has the visitor' }
  })
}
