import { z } from 'zod'
import type { FieldType, ToolField } from '../../core/contract/connector.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { keyType, type Party } from './party.ts'
import { ask } from './rpc.ts'
import type { Wire } from './settings.ts'

const own: readonly ToolField[] = [
  { name: 'name', type: 'text', label: 'Name', writable: true },
  { name: 'lang', type: 'text', label: 'Language, by its code', writable: true },
]
const types: Readonly<Record<string, FieldType>> = { website: 'url' }

const described = z.object({
  type: z.object({ selection: z.array(z.tuple([z.string(), z.string()])) }),
})
/**
 * Tryton has no fields of one's own, so these are all: two of the party, and its ways to be contacted (phone, website …),
 * each by the first of its type.
 */
export const fields = async (ctx: Wire): Promise<readonly ToolField[]> => {
  const { type } = await ask(ctx, 'model.party.contact_mechanism.fields_get', [['type'], {}], described)
  const mechanisms = type.selection.map(([name, label]) => ({
    name,
    type: types[name] ?? 'text',
    label,
    writable: name !== keyType,
  }))
  return [...own, ...mechanisms]
}

const mechanismsOf = ({ mechanisms }: Party, type: string) => mechanisms.filter((one) => one.type === type)
export const heldIn = (party: Party, name: string): FieldValue => {
  if (name === 'name') return party.name || null
  if (name === 'lang') return party['lang.']?.code ?? null
  return mechanismsOf(party, name)[0]?.value || null
}

/** The languages that the database knows: code to id. */
export type Languages = ReadonlyMap<string, number>
export type Values = Readonly<Record<string, unknown>>

/** One step for the party's contact mechanisms, in Tryton's form. */
const command = (party: Party | null, type: string, value: string): readonly unknown[] => {
  const [first] = party ? mechanismsOf(party, type) : []
  if (value === '') return first ? ['delete', [first.id]] : []
  return first ? ['write', [first.id], { value }] : ['create', [{ type, value }]]
}
/** What Tryton is to write for these fields; `party: null` is one that is about to be made. */
export const valuesFor = (
  party: Party | null,
  wanted: Readonly<Record<string, FieldValue>>,
  languages: Languages,
): Values => {
  const { name, lang, ...rest } = wanted
  const commands = Object.entries(rest)
    .map(([type, value]) => command(party, type, String(value ?? '')))
    .filter((step) => step.length > 0)
  return {
    ...(name === undefined ? {} : { name: name === '' ? null : name }),
    ...(lang === undefined ? {} : { lang: languages.get(String(lang ?? '')) ?? null }),
    ...(commands.length > 0 ? { contact_mechanisms: commands } : {}),
  }
}

/** Why a field cannot be written, or `null`. A second phone is somebody's, and would take the place of the first. */
export const fieldProblem = (
  party: Party | null,
  name: string,
  value: FieldValue,
  known: readonly ToolField[],
  languages: Languages,
): string | null => {
  if (!known.some((field) => field.name === name && field.writable)) return `Tryton has no field ${name} to write to`
  if (name === 'lang' && value !== null && value !== '' && !languages.has(String(value)))
    return 'Tryton does not know this language: activate it there'
  const empties = (value ?? '') === '' && party !== null && mechanismsOf(party, name).length > 1
  return empties ? `the party has more than one ${name}, and only the first is the hub's` : null
}
export const isSame = (one: FieldValue, other: FieldValue): boolean => String(one ?? '') === String(other ?? '')
