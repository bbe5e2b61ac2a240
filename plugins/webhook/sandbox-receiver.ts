import { z } from 'zod'
import type { SandboxContact, SandboxReply } from '../../core/contract/sandbox.ts'
import { fieldValue } from '../../core/contract/value.ts'
import type { Outgoing, Result } from './message.ts'

const kept = z.object({
  id: z.string(),
  email: z.string(),
  fields: z.record(z.string(), fieldValue),
  /** `kind/name`. */
  memberships: z.array(z.string()),
})
type Kept = z.output<typeof kept>
/** What a receiver holds. */
export const receiver = z.object({ account: z.string(), fields: z.array(z.string()), contacts: z.array(kept) })
export type Receiver = z.output<typeof receiver>

/** One whom the receiver does not want. */
export const refusedAddress = 'unwanted@example.test'
export const find = ({ contacts }: Receiver, email: string) =>
  contacts.find((one) => one.email.toLowerCase() === email.toLowerCase())
const full = ({ kind, name }: { readonly kind: string; readonly name: string }) => `${kind}/${name}`
const filled = (fields: Kept['fields']) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ''))

type Change = Extract<Outgoing, { readonly type: 'contacts.change' }>['data']['contacts'][number]
const changeOne = (held: Receiver, change: Change): Result => {
  const { ref, key, create, fields, join, leave } = change
  const unknown = Object.keys(fields).find((name) => !held.fields.includes(name))
  if (key.value === refusedAddress)
    return { ref, status: 'rejected', reason: `${key.value} is on the list of no goods` }
  if (unknown) return { ref, status: 'rejected', reason: `there is no field ${unknown}`, field: unknown }
  const before = find(held, key.value)
  if (!before && !create) return { ref, status: 'skipped', reason: 'no such contact' }
  const { id, email, ...own } = before ?? { id: `r-${key.value}`, email: key.value, fields: {}, memberships: [] }
  const left = leave.map(full)
  const memberships = [...new Set([...own.memberships, ...join.map(full)])].filter((one) => !left.includes(one)).sort()
  const after = { id, email, fields: filled({ ...own.fields, ...fields }), memberships }
  held.contacts = [...held.contacts.filter((one) => one.id !== id), after]
  const isSame = JSON.stringify(before) === JSON.stringify(after)
  return { ref, status: isSame ? 'unchanged' : 'applied', remoteId: id }
}
const eraseOne = (held: Receiver, ref: string, email: string): Result => {
  const found = find(held, email)
  held.contacts = held.contacts.filter((one) => one !== found)
  return { ref, status: found ? 'applied' : 'unchanged' }
}
const readOne = (held: Receiver, ref: string, email: string) => {
  const found = find(held, email)
  if (!found) return { ref, found: false }
  const memberships = found.memberships.map((one) => {
    const [kind = '', ...name] = one.split('/')
    return { kind, name: name.join('/') }
  })
  return { ref, found: true, remoteId: found.id, fields: found.fields, memberships }
}

/** What a receiver does with a message that it has taken for the hub's own. */
export const answerTo = (held: Receiver, { type, data }: Outgoing): SandboxReply => {
  const ok = (json: object): SandboxReply => ({ status: 200, json })
  if (type === 'ping') return ok({ account: held.account })
  if (type === 'contacts.change') return ok({ results: data.contacts.map((one) => changeOne(held, one)) })
  if (type === 'contacts.erase')
    return ok({ results: data.contacts.map(({ ref, key }) => eraseOne(held, ref, key.value)) })
  return ok({ contacts: data.contacts.map(({ ref, key }) => readOne(held, ref, key.value)) })
}

/** A contact as somebody made it at the receiver, with whatever fields that took. */
export const seed = (held: Receiver, { email, firstName, lastName, fields, memberships }: SandboxContact): void => {
  const names = { ...(firstName ? { firstName } : {}), ...(lastName ? { lastName } : {}) }
  held.fields = [...new Set([...held.fields, ...Object.keys(fields), ...Object.keys(names)])]
  const before = find(held, email)
  const after = {
    id: before?.id ?? `r-${email.toLowerCase()}`,
    email,
    fields: filled({ ...names, ...fields }),
    memberships: [...memberships],
  }
  held.contacts = [...held.contacts.filter((one) => one !== before), after]
}
