import { z } from 'zod'
import { withoutAddresses } from '../../core/contract/address.ts'
import type { Change, Contact, Outcome, Receipt } from '../../core/contract/change.ts'
import { ask, type Refusal, refusal, wordsOf } from './api.ts'
import { keptOutcome, problemOf, type Write, writeOf } from './map.ts'
import { find, type Member, members, spelledAs } from './member.ts'
import type { GhostContext } from './settings.ts'

const written = z.union([members, refusal])
const write = async (ctx: GhostContext, email: string, before: Member | null, body: Write) => {
  const json = { members: [before ? body : { ...body, email }] }
  const path = before ? `/members/${before.id}/` : '/members/'
  return ask(ctx, { method: before ? 'PUT' : 'POST', path, json, accept: [404, 422], reply: written })
}

const gone: Outcome = { status: 'skipped', reason: 'Ghost has no such member' }
const refusedOutcome = (status: number, refused: Refusal, { fields }: Change): Outcome => {
  if (status === 404) return gone
  const said = wordsOf(refused)
  // Somebody signed up in the moment between: now there is a member to be updated.
  if (/already exists/i.test(said)) return { status: 'retry', reason: 'the member signed up in the meantime' }
  const property = refused.errors[0]?.property ?? undefined
  const field = property === 'note' ? Object.keys(fields).find((name) => name !== 'name') : property
  return { status: 'rejected', reason: `Ghost refused: ${withoutAddresses(said)}`, field }
}

/**
 * Reads, merges and writes one member right after another, since a write of labels or of the note replaces all of them: what
 * somebody else adds in between would be lost.
 */
const pushOne = async (ctx: GhostContext, change: Change): Promise<Outcome> => {
  const { contact, create } = change
  const before = (await find(ctx, [contact])).get(contact.id) ?? null
  if (!before && !create) return gone
  const body = writeOf(change, before)
  const problem = problemOf(change, ctx.settings, body)
  if (problem) return problem
  if (before && !body) return { status: 'unchanged', remoteId: before.id }
  const answer = await write(ctx, contact.key.value, before, body ?? {})
  if ('errors' in answer.body) return refusedOutcome(answer.status, answer.body, change)
  const [after] = answer.body.members
  return after ? keptOutcome(change, after) : { status: 'retry', reason: 'Ghost did not show what it stored' }
}

/** Ghost writes one member a call. */
export const push = (ctx: GhostContext, changes: readonly Change[]): Promise<readonly Receipt[]> =>
  Promise.all(changes.map(async (change) => ({ contact: change.contact.id, ...(await pushOne(ctx, change)) })))

const eraseMember = async (ctx: GhostContext, { id, status }: Member): Promise<Outcome> => {
  // Stripe would go on charging somebody whom nobody knows any more.
  if (status === 'paid')
    return { status: 'rejected', reason: 'the member pays for a subscription: cancel it in Ghost first' }
  const path = `/members/${id}/`
  const answer = await ask(ctx, { method: 'DELETE', path, accept: [404], reply: z.unknown() })
  if (answer.status === 204) return { status: 'applied', remoteId: id }
  return answer.status === 404
    ? { status: 'unchanged' }
    : { status: 'retry', reason: `Ghost answered ${answer.status} in place of 204` }
}
const worst = ['rejected', 'retry', 'applied'] as const
/** Under every spelling of the address. Ghost keeps what it sent to them in its statistics, and shows it to nobody. */
const eraseOne = async (ctx: GhostContext, { key }: Contact): Promise<Outcome> => {
  const found = await spelledAs(ctx, key.value)
  const outcomes = await Promise.all(found.map((member) => eraseMember(ctx, member)))
  const verdicts = worst.flatMap((wanted) => outcomes.filter(({ status }) => status === wanted))
  return verdicts[0] ?? { status: 'unchanged' }
}
export const erase = (ctx: GhostContext, contacts: readonly Contact[]): Promise<readonly Receipt[]> =>
  Promise.all(contacts.map(async (contact) => ({ contact: contact.id, ...(await eraseOne(ctx, contact)) })))
