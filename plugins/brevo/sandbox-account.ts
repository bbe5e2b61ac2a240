import { z } from 'zod'

const values = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
const stored = z.object({
  id: z.number(),
  email: z.string(),
  attributes: values,
  listIds: z.array(z.number()),
  emailBlacklisted: z.boolean(),
  createdAt: z.string(),
  modifiedAt: z.string(),
})
export type Stored = z.output<typeof stored>
const attribute = z.object({ name: z.string(), category: z.string(), type: z.string() })

const named = z.object({ id: z.number(), name: z.string() })
const account = z.object({
  login: z.string(),
  nextId: z.number(),
  attributes: z.array(attribute),
  contacts: z.array(stored),
  lists: z.array(named),
  folders: z.array(named),
  webhooks: z.array(z.object({ id: z.number(), url: z.string() })),
})
type Account = z.output<typeof account>

/** What is written of a contact. */
export const written = z.object({
  id: z.number().optional(),
  email: z.string().optional(),
  attributes: z.record(z.string(), z.unknown()).default({}),
  listIds: z.array(z.number()).default([]),
  unlinkListIds: z.array(z.number()).default([]),
  emailBlacklisted: z.boolean().optional(),
  updateEnabled: z.boolean().default(false),
})
export type Written = z.output<typeof written>

const isAddress = (email: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) && !email.endsWith('.invalid')
const readers: Readonly<Record<string, (value: unknown) => string | number | boolean | null>> = {
  text: (value) => String(value),
  float: (value) => (typeof value === 'number' ? value : null),
  boolean: (value) => (typeof value === 'boolean' ? value : null),
  date: (value) => (/^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? String(value) : null),
}
const fresh = (login: string): Account => ({
  login,
  nextId: 1,
  attributes: ['FIRSTNAME', 'LASTNAME', 'SMS'].map((name) => ({ name, category: 'normal', type: 'text' })),
  contacts: [],
  lists: [],
  folders: [],
  webhooks: [],
})

/** One account in memory, with the rules that Brevo holds contacts to. */
export const createAccount = (now: () => number, login: string) => {
  let kept = fresh(login)
  const nextId = () => {
    kept.nextId += 1
    return kept.nextId
  }
  const stamp = () => new Date(now()).toISOString()
  const find = (identifier: string | number) =>
    kept.contacts.find(({ id, email, attributes }) =>
      [String(id), email, attributes.SMS].includes(String(identifier).toLowerCase()),
    )
  /** Attributes that the account does not have, and values that do not fit, are passed over without a word. */
  const merged = (before: Stored['attributes'], given: Written['attributes']): Stored['attributes'] => {
    const next: Record<string, string | number | boolean> = { ...before }
    for (const { name, type } of kept.attributes) {
      const value = given[name]
      const fitting = value === undefined ? null : (readers[type]?.(value) ?? null)
      if (value === '') delete next[name]
      else if (fitting !== null) next[name] = fitting
    }
    return next
  }
  const refusalOf = ({ email, attributes: { SMS: phone } }: Written): string | null => {
    if (email !== undefined && !isAddress(email)) return `Invalid email address ${email}`
    return phone === undefined || phone === '' || /^\+?\d{6,}$/.test(String(phone)) ? null : 'Invalid phone number'
  }
  const write = (contact: Stored, given: Written) => {
    const others = contact.listIds.filter((id) => !given.unlinkListIds.includes(id) && !given.listIds.includes(id))
    const next: Stored = {
      ...contact,
      attributes: merged(contact.attributes, given.attributes),
      listIds: [...others, ...given.listIds].sort((a, b) => a - b),
      emailBlacklisted: given.emailBlacklisted ?? contact.emailBlacklisted,
    }
    if (JSON.stringify(next) !== JSON.stringify(contact)) Object.assign(contact, next, { modifiedAt: stamp() })
  }
  const add = (email: string): Stored => {
    const at = stamp()
    const blank = { attributes: {}, listIds: [], emailBlacklisted: false, createdAt: at, modifiedAt: at }
    const made = { id: nextId(), email: email.toLowerCase(), ...blank }
    kept.contacts.push(made)
    return made
  }
  const into = (kind: 'lists' | 'folders', name: string) => {
    const there = kept[kind].find((one) => one.name === name)
    if (there) return there
    const made = { id: nextId(), name }
    kept[kind].push(made)
    return made
  }
  return {
    nextId,
    find,
    refusalOf,
    write,
    add,
    into,
    held: (): Account => kept,
    forget: ({ id: gone }: Stored) => {
      kept.contacts = kept.contacts.filter(({ id }) => id !== gone)
    },
    restore: (state: unknown) => {
      kept = account.parse(state)
    },
  }
}
export type AccountInMemory = ReturnType<typeof createAccount>
