import { z } from 'zod'
import {
  type Database,
  emailOf,
  idOf,
  languages,
  mechanismFor,
  mechanismTypes,
  refusedAddress,
  type SandboxParty,
} from './sandbox-database.ts'

/** What the server says to its user, in place of doing anything of the request. */
export class UserError extends Error {}

const type = z.enum(mechanismTypes)
const command = z.union([
  z.tuple([z.literal('create'), z.array(z.object({ type, value: z.string() }))]),
  z.tuple([z.literal('write'), z.array(z.number()), z.object({ value: z.string() })]),
  z.tuple([z.literal('delete'), z.array(z.number())]),
])
const values = z.strictObject({
  name: z.string().nullish(),
  lang: z.number().nullish(),
  active: z.boolean().optional(),
  categories: z.array(z.tuple([z.enum(['add', 'remove']), z.array(z.number())])).default([]),
  contact_mechanisms: z.array(command).default([]),
})

/** A line of text holds no line breaks. */
const line = (text: string, field: string, model: string): string => {
  const [odd] = /[\n\r\t]/.exec(text) ?? []
  if (odd === undefined) return text
  throw new UserError(`The value "${text}" for field "${field}" in "${model}" contains some invalid chars "${odd}".`)
}
type Mechanism = SandboxParty['mechanisms'][number]
const stepOn = (owner: number, held: readonly Mechanism[], step: z.output<typeof command>): readonly Mechanism[] => {
  if (step[0] === 'delete') return held.filter(({ id }) => !step[1].includes(id))
  if (step[0] === 'write') {
    const value = line(step[2].value, 'Value', 'Contact Mechanism')
    return held.map((one) => (step[1].includes(one.id) ? { ...one, value } : one))
  }
  const made = step[1].map((one) =>
    mechanismFor(String(owner), one.type, line(one.value, 'Value', 'Contact Mechanism')),
  )
  return held.concat(made)
}
const mechanismsAfter = ({ id, mechanisms }: SandboxParty, steps: readonly z.output<typeof command>[]) => {
  let held: readonly Mechanism[] = mechanisms
  for (const step of steps) held = stepOn(id, held, step)
  return [...held]
}
const categoriesAfter = (before: readonly number[], steps: z.output<typeof values>['categories']): number[] => {
  const held = new Set(before)
  for (const [step, ids] of steps)
    for (const id of ids) {
      if (step === 'add') held.add(id)
      else held.delete(id)
    }
  return [...held]
}

const altered = (before: SandboxParty, given: unknown): SandboxParty => {
  const parsed = values.parse(given)
  const { name = before.name, lang = before.lang, active = before.active } = parsed
  if (lang !== null && !languages.some(({ id }) => id === lang)) throw new UserError('The language does not exist.')
  const mechanisms = mechanismsAfter(before, parsed.contact_mechanisms)
  const after = { ...before, lang, active, mechanisms, name: name === null ? null : line(name, 'Name', 'Party') }
  if (emailOf(after).toLowerCase() === refusedAddress)
    throw new UserError('You are not allowed to access "Party" under the rule "Directors".')
  return { ...after, categories: categoriesAfter(before.categories, parsed.categories) }
}

/** One transaction: all of it, or none. */
const commit = (held: Database, next: readonly SandboxParty[]): void => {
  const ids = new Set(next.map(({ id }) => id))
  held.parties = [...held.parties.filter(({ id }) => !ids.has(id)), ...next]
}
export const createParties = (held: Database, given: readonly unknown[], now: number): readonly number[] => {
  const made = given.map((one) => {
    const blank = { name: null, active: true, lang: null, categories: [], mechanisms: [], created: now, written: null }
    const draft = altered({ id: 0, ...blank }, one)
    return { ...draft, id: idOf(`${emailOf(draft)} ${held.parties.length}`) }
  })
  commit(held, made)
  return made.map(({ id }) => id)
}
export const writeParties = (held: Database, pairs: readonly unknown[], now: number): null => {
  const steps = pairs.flatMap((ids, index) =>
    index % 2 === 0
      ? z
          .array(z.number())
          .parse(ids)
          .map((id) => [id, pairs[index + 1]] as const)
      : [],
  )
  const next = steps.map(([id, given]) => {
    const before = held.parties.find((one) => one.id === id)
    if (!before) throw new UserError(`You are trying to write to records "${id}" of "Party" that don't exist anymore.`)
    return { ...altered(before, given), written: now }
  })
  commit(held, next)
  return null
}

export const createCategories = (held: Database, given: readonly { readonly name: string }[]): readonly number[] => {
  const twice = given.find(({ name }) => held.categories.some((known) => known.name === name))
  if (twice) throw new UserError('The name of party category must be unique by parent.')
  const made = given.map(({ name }) => ({ id: idOf(name), name: line(name, 'Name', 'Party Category') }))
  held.categories.push(...made)
  return made.map(({ id }) => id)
}
/** What remains of the party has nothing of the person. */
export const eraseParty = (held: Database, id: number): void => {
  const found = held.parties.find((one) => one.id === id)
  if (!found) throw new UserError(`The party ${id} doesn't exist anymore.`)
  if (found.active) throw new UserError(`Party "${found.name}" cannot be erased because they are still active.`)
  const mechanisms = found.mechanisms.map((one, index) => ({ ...one, id: index, value: null }))
  commit(held, [{ ...found, name: null, mechanisms }])
}
