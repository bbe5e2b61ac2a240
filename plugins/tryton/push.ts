import type { Change, Outcome, Receipt } from '../../core/contract/change.ts'
import { lookUpCategories } from './category.ts'
import { fieldProblem, fields, heldIn, isSame } from './field.ts'
import { lookUpLanguages } from './language.ts'
import { locate, type Party } from './party.ts'
import type { Wire } from './settings.ts'
import { type Known, write } from './write.ts'

const isField = ({ fields: given }: Change) => Object.keys(given).length > 0
const lookAround = async (ctx: Wire, changes: readonly Change[]): Promise<Known> => {
  const names = changes.flatMap(({ join, leave }) => [...join, ...leave].map(({ name }) => name))
  const codes = changes.flatMap(({ fields: { lang } }) => (typeof lang === 'string' && lang !== '' ? [lang] : []))
  return {
    parties: await locate(
      ctx,
      changes.map(({ contact }) => contact),
    ),
    categories: await lookUpCategories(ctx, names),
    languages: await lookUpLanguages(ctx, codes),
    fields: changes.some(isField) ? await fields(ctx) : [],
  }
}

/** Why a change cannot be carried out, or `null`. */
const problemOf = (change: Change, { parties, categories, languages, fields: known }: Known): Outcome | null => {
  const party = parties.get(change.contact.id) ?? null
  if (party === null && !change.create) return { status: 'skipped', reason: 'Tryton has no such party' }
  for (const [name, value] of Object.entries(change.fields)) {
    const reason = fieldProblem(party, name, value, known, languages)
    if (reason !== null) return { status: 'rejected', field: name, reason }
  }
  const missing = change.join.find(({ name }) => !categories.has(name))
  return missing
    ? { status: 'rejected', reason: `Tryton has no category "${missing.name}": set the connector up` }
    : null
}

const isUpToDate = (change: Change, { parties, categories }: Known): boolean => {
  const party = parties.get(change.contact.id)
  if (!party) return false
  const isIn = ({ name }: { readonly name: string }) => party.categories.includes(categories.get(name) ?? -1)
  const isKept = Object.entries(change.fields).every(([name, value]) => isSame(heldIn(party, name), value))
  return isKept && change.join.every(isIn) && !change.leave.some(isIn)
}

/** What is there afterwards: a success says nothing of values, and modules put some of them into their own form. */
const confirmed = (change: Change, party: Party | undefined, { categories }: Known): Outcome => {
  if (!party) return { status: 'retry', reason: 'Tryton did not show the party after it was written' }
  const [lost] = Object.entries(change.fields).find(([name, value]) => !isSame(heldIn(party, name), value)) ?? []
  if (lost !== undefined)
    return { status: 'rejected', field: lost, reason: `Tryton did not keep ${lost} as it was sent: see its module` }
  const isIn = ({ name }: { readonly name: string }) => party.categories.includes(categories.get(name) ?? -1)
  if (!change.join.every(isIn) || change.leave.some(isIn))
    return { status: 'retry', reason: 'Tryton did not move the party between its categories' }
  return { status: 'applied', remoteId: String(party.id) }
}

/** Looks first, writes what differs in two transactions (new parties, and known ones), and looks again. */
export const push = async (ctx: Wire, changes: readonly Change[]): Promise<readonly Receipt[]> => {
  const known = await lookAround(ctx, changes)
  const problems = new Map(changes.map((change) => [change.contact.id, problemOf(change, known)]))
  const sound = changes.filter(({ contact }) => problems.get(contact.id) === null)
  const stale = sound.filter((change) => !isUpToDate(change, known))
  const isNew = ({ contact }: Change) => !known.parties.has(contact.id)
  const updated = await write(
    ctx,
    stale.filter((change) => !isNew(change)),
    known,
    false,
  )
  const written = new Map([...updated, ...(await write(ctx, stale.filter(isNew), known, true))])
  const done = stale.filter(({ contact }) => written.get(contact.id)?.status === 'applied')
  const after = await locate(
    ctx,
    done.map(({ contact }) => contact),
  )
  return changes.map((change): Receipt => {
    const contact = change.contact.id
    const outcome = problems.get(contact) ?? written.get(contact)
    if (outcome === undefined) return { contact, status: 'unchanged', remoteId: String(known.parties.get(contact)?.id) }
    return { contact, ...(outcome.status === 'applied' ? confirmed(change, after.get(contact), known) : outcome) }
  })
}
