import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import { type Domain, search } from './rpc.ts'
import type { Wire } from './settings.ts'
import { type Time, time } from './time.ts'

const mechanism = z.object({ id: z.number(), party: z.number(), type: z.string(), value: z.string().nullable() })
export type Mechanism = z.output<typeof mechanism>
export const partyRow = z.object({
  id: z.number(),
  name: z.string().nullable(),
  'lang.': z.object({ code: z.string() }).nullish(),
  categories: z.array(z.number()),
  create_date: time.nullable(),
  write_date: time.nullable(),
})
export type PartyRow = z.output<typeof partyRow>
export const partyFields = ['name', 'lang.code', 'categories', 'create_date', 'write_date']
/** A party with its ways to be contacted, in the order in which Tryton shows them. */
export interface Party extends PartyRow {
  readonly mechanisms: readonly Mechanism[]
}
/** The time of its last change: a party that was never altered has none of its own. */
export const changedAt = ({ create_date, write_date }: PartyRow): Time | null => write_date ?? create_date

const mechanismModel = 'party.contact_mechanism'
const mechanismsWhere = (ctx: Wire, domain: Domain, inactive: boolean) =>
  search(ctx, { model: mechanismModel, domain, fields: ['party', 'type', 'value'], row: mechanism, inactive })

export const withMechanisms = async (
  ctx: Wire,
  rows: readonly PartyRow[],
  inactive = false,
): Promise<readonly Party[]> => {
  if (rows.length === 0) return []
  const all = await mechanismsWhere(ctx, [['party', 'in', rows.map(({ id }) => id)]], inactive)
  return rows.map((row) => ({ ...row, mechanisms: all.filter(({ party, value }) => party === row.id && value) }))
}

/** Found by, and not written. */
export const keyType = 'email'
const emailsOf = ({ mechanisms }: Party): readonly string[] =>
  mechanisms.flatMap(({ type, value }) => (type === keyType && value ? [value.toLowerCase()] : []))

/** `ilike` without its jokers: each stands for any one sign, and who is found so is looked at again. */
const anyCase = (text: string) => text.replace(/[%_\\]/g, '_')
const partiesWith = async (ctx: Wire, emails: readonly string[], inactive: boolean): Promise<readonly Party[]> => {
  if (emails.length === 0) return []
  const anyOf = ['OR', ...emails.map((email) => ['value', 'ilike', anyCase(email)])]
  const found = await mechanismsWhere(ctx, [['type', '=', keyType], anyOf], inactive)
  const domain = [['id', 'in', [...new Set(found.map(({ party }) => party))]]]
  const order = [['id', 'ASC']] as const
  const wanted = { model: 'party.party', domain, fields: partyFields, row: partyRow, order, inactive }
  return withMechanisms(ctx, found.length > 0 ? await search(ctx, wanted) : [], inactive)
}

/** The parties of an address: those whose own it is, and those that have it beside another. */
export interface Found {
  readonly own: readonly Party[]
  readonly beside: readonly Party[]
}
/**
 * By the contact's `id`, oldest first. A party may be a firm, with the addresses of many: its own is the first. Nobody is found
 * by the number that Tryton once told: it counts, so that after a restore the same may be somebody else's.
 */
export const findParties = async (
  ctx: Wire,
  contacts: readonly Contact[],
  inactive: boolean,
): Promise<ReadonlyMap<string, Found>> => {
  const emailOf = ({ key }: Contact) => key.value.toLowerCase()
  const parties = await partiesWith(ctx, [...new Set(contacts.map(emailOf))], inactive)
  const found = (email: string): Found => {
    const having = parties.filter((party) => emailsOf(party).includes(email))
    const isOwn = (party: Party) => emailsOf(party)[0] === email
    return { own: having.filter(isOwn), beside: having.filter((party) => !isOwn(party)) }
  }
  return new Map(contacts.map((contact) => [contact.id, found(emailOf(contact))]))
}

/** By the contact's `id`; those that are not there, or were deactivated, are absent. */
export const locate = async (ctx: Wire, contacts: readonly Contact[]): Promise<ReadonlyMap<string, Party>> => {
  const found = await findParties(ctx, contacts, false)
  return new Map([...found].flatMap(([id, { own }]) => (own[0] ? [[id, own[0]] as const] : [])))
}
