import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { SandboxContact } from '../../core/contract/sandbox.ts'
import type { FieldValue } from '../../core/contract/value.ts'

const mechanism = z.object({ id: z.number(), type: z.string(), value: z.string().nullable() })
const party = z.object({
  id: z.number(),
  name: z.string().nullable(),
  active: z.boolean(),
  lang: z.number().nullable(),
  categories: z.array(z.number()),
  mechanisms: z.array(mechanism),
  /** Milliseconds since 1970. */
  created: z.number(),
  /** `null` until its first change. */
  written: z.number().nullable(),
})
export type SandboxParty = z.output<typeof party>
const named = z.object({ id: z.number(), name: z.string() })
export const database = z.object({
  /** Milliseconds since 1970. */
  made: z.number(),
  parties: z.array(party),
  categories: z.array(named),
})
export type Database = z.output<typeof database>

/** A record rule keeps this one from the hub's user. */
export const refusedAddress = 'director@example.test'
export const mechanismTypes = [
  'phone',
  'mobile',
  'fax',
  'email',
  'website',
  'skype',
  'sip',
  'irc',
  'jabber',
  'other',
] as const
export const languages = [
  { id: 1, code: 'en' },
  { id: 2, code: 'de' },
] as const

/** Of what the name says: nothing stays behind of what is gone, not even a counter. */
export const idOf = (name: string): number =>
  Number.parseInt(createHash('sha256').update(name.toLowerCase()).digest('hex').slice(0, 8), 16)
export const newDatabase = (account: string | undefined): Database => ({
  made: Date.UTC(2020, 0, 1) + (idOf(account ?? 'hub') % 1_000_000),
  parties: [],
  categories: [],
})
export const emailOf = ({ mechanisms }: SandboxParty): string =>
  mechanisms.find(({ type }) => type === 'email')?.value ?? ''
export const mechanismFor = (owner: string, type: string, value: string) => ({
  id: idOf(`${owner} ${type} ${value}`),
  type,
  value,
})

/** A party as somebody made it in Tryton. Fields that Tryton does not have cannot be made there either. */
export const seed = (held: Database, contact: SandboxContact, at: number): void => {
  const { email, firstName = '', lastName = '', fields, memberships } = contact
  const known = held.parties.find((one) => emailOf(one).toLowerCase() === email.toLowerCase())
  const given = Object.entries({ email, ...fields }).filter(([type]) => mechanismTypes.some((own) => own === type))
  const joined = memberships.map((membership) => {
    const name = membership.replace(/^category\//, '')
    const found = held.categories.find((category) => category.name === name)
    if (found) return found.id
    held.categories.push({ id: idOf(name), name })
    return idOf(name)
  })
  const next: SandboxParty = {
    id: known?.id ?? idOf(email),
    name: `${firstName} ${lastName}`.trim() || null,
    active: true,
    lang: null,
    categories: joined,
    mechanisms: given.flatMap(([type, value]) => (value === null ? [] : [mechanismFor(email, type, String(value))])),
    created: known?.created ?? at,
    written: known ? at : null,
  }
  held.parties = [...held.parties.filter(({ id }) => id !== next.id), next]
}

/** What somebody sees of a party. */
export const seen = ({ categories }: Database, found: SandboxParty): SandboxContact => {
  const shown = found.mechanisms.filter(({ type, value }) => type !== 'email' && value)
  const fields: Record<string, FieldValue> = found.name ? { name: found.name } : {}
  for (const { type, value } of shown) fields[type] ??= value
  const nameOf = (id: number) => categories.find((category) => category.id === id)?.name
  return { email: emailOf(found), fields, memberships: found.categories.map((id) => `category/${nameOf(id)}`).sort() }
}
