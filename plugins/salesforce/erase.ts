import type { Contact, Outcome, Receipt } from '../../core/contract/change.ts'
import { outcomeOf, type Result, remove, update, type Values } from './collection.ts'
import { everyRecord, recordsById } from './contact.ts'
import { describe, type Field } from './field.ts'
import type { Wire } from './settings.ts'

const erased = '[erased]'
const blank = ({ nillable }: Field) => (nillable ? null : erased)
/** Whatever text, number or time the integration user may empty. References lead elsewhere and are left as they are. */
const isOwn = ({ type, updateable, nillable }: Field) =>
  updateable && type !== 'reference' && (nillable || type === 'string')

/** Everybody who goes by the contact's key, and whoever has its id: an org may hold a person twice. */
const idsOf = async (ctx: Wire, contacts: readonly Contact[]): Promise<ReadonlyMap<string, readonly string[]>> => {
  const byKey = await everyRecord(ctx, contacts, [], 'all')
  const byId = await recordsById(
    ctx,
    contacts.flatMap(({ remoteId }) => remoteId ?? []),
    [],
    'all',
  )
  return new Map(
    contacts.map(({ id, remoteId }) => {
      const ids = [...(byKey.get(id) ?? []), byId.get(remoteId ?? '') ?? []].flat().map(({ Id }) => Id)
      return [id, [...new Set(ids)]]
    }),
  )
}

const binned = 'it is in the recycle bin, with its values, for 15 days: empty that by hand'
const outcomeFor = (
  ids: readonly string[],
  emptied: ReadonlyMap<string, Result>,
  gone: ReadonlyMap<string, Result>,
): Outcome => {
  if (ids.length === 0) return { status: 'unchanged' }
  const left = ids.map((id) => outcomeOf(gone.get(id), {})).find(({ status }) => status !== 'applied')
  if (left) return left
  const kept = ids.map((id) => outcomeOf(emptied.get(id), {})).find(({ status }) => status !== 'applied')
  return kept && 'reason' in kept ? { status: 'rejected', reason: `${kept.reason}; ${binned}` } : { status: 'applied' }
}

/**
 * Empties people first, and then deletes them: what is deleted lies in the recycle bin for 15 days, where everybody with the
 * right to all data can read it, and only a SOAP call or a right of its own empties that.
 */
export const erase = async (ctx: Wire, contacts: readonly Contact[]): Promise<readonly Receipt[]> => {
  const found = await idsOf(ctx, contacts)
  const ids = [...new Set([...found.values()].flat())]
  if (ids.length === 0) return contacts.map(({ id }) => ({ contact: id, status: 'unchanged' }))
  const own = (await describe(ctx)).filter(isOwn)
  const nothing: Values = Object.fromEntries(own.map((field) => [field.name, blank(field)]))
  const byId = (results: readonly Result[]) =>
    new Map(ids.flatMap((id, index) => (results[index] ? [[id, results[index]] as const] : [])))
  const emptied = byId(
    await update(
      ctx,
      ctx.settings.object,
      ids.map((id) => ({ id, ...nothing })),
    ),
  )
  const gone = byId(await remove(ctx, ids))
  return contacts.map(({ id }) => ({ contact: id, ...outcomeFor(found.get(id) ?? [], emptied, gone) }))
}
