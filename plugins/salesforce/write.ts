import type { Change, Outcome } from '../../core/contract/change.ts'
import { create, outcomeOf, type Result, update, upsert, type Values } from './collection.ts'
import { keyField, recordsById } from './contact.ts'
import { encoded, notProvided } from './field.ts'
import { type Looked, namesIn, type Outcomes, unkept } from './look.ts'
import type { Wire } from './settings.ts'

/** Salesforce's own id, where an outcome tells it. */
export const remoteIdIn = (outcome: Outcome | undefined) =>
  outcome && 'remoteId' in outcome ? outcome.remoteId : undefined
const valuesOf = ({ fields }: Change): Values =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, encoded(value)]))
/** Salesforce takes nobody without a last name, and no lead without a company. */
const newValues = (ctx: Wire, change: Change): Values => ({
  LastName: notProvided,
  ...(ctx.settings.object === 'Lead' ? { Company: notProvided } : {}),
  ...valuesOf(change),
  [keyField(ctx, change.contact)]: change.contact.key.value,
})

const judged = (changes: readonly Change[], sent: readonly Values[], results: readonly Result[]) =>
  changes.map(({ contact }, index): [string, Outcome] => [contact.id, outcomeOf(results[index], sent[index] ?? {})])

const updateAll = async (ctx: Wire, changes: readonly Change[], found: Looked['found']) => {
  const sent = changes.map((change) => ({ id: found.get(change.contact.id)?.Id ?? '', ...valuesOf(change) }))
  return judged(changes, sent, await update(ctx, ctx.settings.object, sent))
}
/** By the external id, so that nobody is made twice when an answer is lost; an address is looked up again then. */
const createAll = async (ctx: Wire, changes: readonly Change[]) => {
  const { object, externalId } = ctx.settings
  const [byEmail, byId] = [true, false].map((wanted) =>
    changes.filter((change) => (keyField(ctx, change.contact) === 'Email') === wanted),
  )
  const [emails, ids] = [byEmail ?? [], byId ?? []].map((those) => those.map((change) => newValues(ctx, change)))
  const created = judged(byEmail ?? [], emails ?? [], await create(ctx, object, emails ?? []))
  if (externalId === undefined) return created
  return [...created, ...judged(byId ?? [], ids ?? [], await upsert(ctx, object, externalId, ids ?? []))]
}

/** A success names no values: what counts is what is there afterwards. */
const confirmed = async (ctx: Wire, changes: readonly Change[], outcomes: Outcomes): Promise<Outcomes> => {
  const idOf = ({ contact }: Change) => remoteIdIn(outcomes.get(contact.id))
  const written = changes.filter((change) => idOf(change) !== undefined && Object.keys(change.fields).length > 0)
  const ids = written.flatMap((change) => idOf(change) ?? [])
  const after = await recordsById(ctx, ids, namesIn(written))
  const verdict = (change: Change): Outcome => {
    const record = after.get(idOf(change) ?? '')
    if (!record) return { status: 'retry', reason: 'Salesforce did not show the contact after it was written' }
    const field = unkept(change, record)
    if (field === undefined) return { status: 'applied', remoteId: record.Id }
    return { status: 'rejected', field, reason: `Salesforce did not keep ${field} as it was sent: see its type` }
  }
  return new Map([...outcomes, ...written.map((change) => [change.contact.id, verdict(change)] as const)])
}

/** Writes what differs, creates who may be created, and answers by the contact's id. */
export const writeFields = async (ctx: Wire, { found, sound }: Looked): Promise<Outcomes> => {
  const recordOf = ({ contact }: Change) => found.get(contact.id)
  const isUpToDate = (change: Change) => {
    const record = recordOf(change)
    return record !== undefined && unkept(change, record) === undefined
  }
  const settled = sound
    .filter(isUpToDate)
    .map((change): [string, Outcome] => [change.contact.id, { status: 'unchanged', remoteId: recordOf(change)?.Id }])
  const stale = sound.filter((change) => recordOf(change) !== undefined && !isUpToDate(change))
  const fresh = sound.filter((change) => recordOf(change) === undefined && change.create)
  const updated = await updateAll(ctx, stale, found)
  const created = await createAll(ctx, fresh)
  const outcomes = await confirmed(ctx, [...stale, ...fresh], new Map([...updated, ...created]))
  return new Map([...settled, ...outcomes])
}
