import { z } from 'zod'
import { withoutAddresses } from '../../core/contract/address.ts'
import type { Change, Holding, Membership, Outcome, Receipt } from '../../core/contract/change.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { type Result, results } from './message.ts'
import { named, read } from './read.ts'
import { send } from './send.ts'
import type { Wire } from './settings.ts'

export const outcomeOf = ({ status, remoteId, reason, field }: Result): Outcome => {
  const why = `The receiver says: ${withoutAddresses(reason ?? 'nothing more')}`
  if (status === 'applied' || status === 'unchanged') return { status, remoteId }
  return status === 'rejected' ? { status, reason: why, field } : { status, reason: why }
}

/** What an answer lists, by the contact's id; `null`: it lists nothing, which is only to say that the message arrived. */
export const resultsIn = (answer: unknown): ReadonlyMap<string, Result> | null => {
  const listed = results.safeParse(answer).data?.results
  return listed ? new Map(listed.map((one) => [one.ref, one])) : null
}
/** Throws where nothing can tell what came of a message. */
export const mustTell = (ctx: Wire, told: ReadonlyMap<string, Result> | null): void => {
  if (told !== null || ctx.settings.readUrl !== undefined) return
  const message =
    'the receiver took the message, and does not say what it stored: let it answer with results, or set readUrl'
  throw new ConnectorError('config', `sending a webhook: ${message}`)
}

const isSame = (one: FieldValue | undefined, other: FieldValue | undefined) =>
  (one === '' ? null : (one ?? null)) === (other === '' ? null : (other ?? null))
const isIn = ({ memberships }: Holding, { kind, name }: Membership) =>
  memberships.some((held) => held.kind === kind && held.name === name)

/** What a change has come to, by what the receiver shows; `told`: it has said that it is done. */
const seenOutcome = (change: Change, held: Holding | null | undefined, told: Result | undefined): Outcome => {
  const waiting: Outcome = { status: 'retry', reason: 'The receiver took the message, and does not show it yet' }
  if (held === undefined) return waiting
  if (held === null) return change.create ? waiting : { status: 'skipped', reason: 'The receiver has no such contact' }
  const [lost] = Object.entries(change.fields).find(([name, value]) => !isSame(value, held.fields[name])) ?? []
  const isMoved = change.join.every((one) => isIn(held, one)) && !change.leave.some((one) => isIn(held, one))
  if (lost === undefined && isMoved)
    return { status: told?.status === 'unchanged' ? 'unchanged' : 'applied', remoteId: held.remoteId }
  if (told === undefined || lost === undefined) return waiting
  return { status: 'rejected', field: lost, reason: `The receiver did not keep ${lost} as it was sent` }
}

const changeOf = (change: Change) => ({
  ...named(change.contact),
  create: change.create,
  fields: { ...change.fields },
  join: [...change.join],
  leave: [...change.leave],
})
const isFailure = (told: Result | undefined) =>
  told !== undefined && told.status !== 'applied' && told.status !== 'unchanged'
const silence: Outcome = { status: 'retry', reason: 'The receiver said nothing about the contact' }

/** One message for all. What is done counts by what the receiver shows, where it can be asked, and else by its word. */
export const push = async (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const told = resultsIn(await send(ctx, 'contacts.change', { contacts: changes.map(changeOf) }, z.unknown()))
  mustTell(ctx, told)
  const open = changes.filter(({ contact }) => !isFailure(told?.get(contact.id)))
  const fields = [...new Set(open.flatMap((change) => Object.keys(change.fields)))]
  const memberships = open.flatMap(({ join, leave }) => [...join, ...leave])
  const contacts = open.map(({ contact }) => contact)
  const held = await read(ctx, contacts, { fields, memberships })
  return changes.map((change) => {
    const { id } = change.contact
    const said = told?.get(id)
    if (said !== undefined && isFailure(said)) return { contact: id, ...outcomeOf(said) }
    if (ctx.settings.readUrl !== undefined) return { contact: id, ...seenOutcome(change, held.get(id), said) }
    return { contact: id, ...(said === undefined ? silence : outcomeOf(said)) }
  })
}
