import { z } from 'zod'
import { withoutAddresses } from '../../core/contract/address.ts'
import type { Change, Outcome } from '../../core/contract/change.ts'
import type { ToolField } from '../../core/contract/connector.ts'
import { type Categories, categoryCommands } from './category.ts'
import { type Languages, type Values, valuesFor } from './field.ts'
import { keyType, type Party } from './party.ts'
import { attempt } from './rpc.ts'
import type { Wire } from './settings.ts'

/** What must be known before anything is written. */
export interface Known {
  /** By the contact's id. */
  readonly parties: ReadonlyMap<string, Party>
  readonly categories: Categories
  readonly languages: Languages
  readonly fields: readonly ToolField[]
}

const valuesOf = (
  { contact, fields: given, join, leave }: Change,
  { parties, categories, languages }: Known,
): Values => {
  const party = parties.get(contact.id) ?? null
  const values = valuesFor(party, given, languages)
  const steps = categoryCommands(join, party === null ? [] : leave, categories)
  const mechanisms = z.array(z.unknown()).catch([]).parse(values.contact_mechanisms)
  const key = ['create', [{ type: keyType, value: contact.key.value }]]
  return {
    ...values,
    ...(steps.length > 0 ? { categories: steps } : {}),
    ...(party === null ? { contact_mechanisms: [key, ...mechanisms] } : {}),
  }
}
/** Tryton quotes the value that it does not take. */
const refusal = (reason: string, { fields: given }: Change): Outcome => {
  const texts = Object.values(given).filter((value) => typeof value === 'string' && value.length > 2)
  const said = texts.reduce((text: string, value) => text.replaceAll(String(value), '[value]'), reason)
  return { status: 'rejected', reason: `Tryton refused the party: ${withoutAddresses(said)}` }
}
const paramsFor = (changes: readonly Change[], known: Known, isNew: boolean): readonly unknown[] => {
  if (isNew) return [changes.map((change) => valuesOf(change, known)), {}]
  const pairs = changes.flatMap((change) => [[known.parties.get(change.contact.id)?.id], valuesOf(change, known)])
  return [...pairs, {}]
}
/** All of them are one transaction. Of one that is refused the halves are tried until the culprit stands alone. */
export const write = async (
  ctx: Wire,
  changes: readonly Change[],
  known: Known,
  isNew: boolean,
): Promise<readonly (readonly [string, Outcome])[]> => {
  if (changes.length === 0) return []
  const method = `model.party.party.${isNew ? 'create' : 'write'}`
  const reply = isNew ? z.array(z.number()) : z.null()
  const answer = await attempt<unknown>(ctx, method, paramsFor(changes, known, isNew), reply)
  if (answer.done) return changes.map(({ contact }) => [contact.id, { status: 'applied' }])
  const [only, ...others] = changes
  if (only && others.length === 0) return [[only.contact.id, refusal(answer.reason, only)]]
  const half = Math.ceil(changes.length / 2)
  const first = await write(ctx, changes.slice(0, half), known, isNew)
  return [...first, ...(await write(ctx, changes.slice(half), known, isNew))]
}
