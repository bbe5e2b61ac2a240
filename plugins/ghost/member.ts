import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import { ask, pageSize, quoted } from './api.ts'
import type { GhostContext } from './settings.ts'

const label = z.object({ id: z.string(), name: z.string() })
export type Label = z.output<typeof label>

/** Source: https://docs.ghost.org/admin-api/members/overview */
export const member = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string().nullish().default(null),
  note: z.string().nullish().default(null),
  status: z.string().default(''),
  /** A change of labels or newsletters leaves it as it was. */
  updated_at: z.iso.datetime({ offset: true }),
  labels: z.array(label).default([]),
  newsletters: z.array(z.object({ status: z.string().default('') })).optional(),
  email_suppression: z.object({ suppressed: z.boolean() }).nullish().catch(null),
})
export type Member = z.output<typeof member>
export const members = z.object({ members: z.array(member) })

export const membersBy = async (ctx: GhostContext, filter: string, order?: string): Promise<readonly Member[]> => {
  const query = { filter, order, limit: pageSize }
  const { body } = await ask(ctx, { method: 'GET', path: '/members/', query, reply: members })
  return body.members
}
/** Those of them who are still there. */
export const membersWith = async (ctx: GhostContext, ids: readonly string[]): Promise<readonly Member[]> =>
  ids.length === 0 ? [] : membersBy(ctx, `id:[${ids.map(quoted).join(',')}]`)

/** Members under this address, however it is spelled: Ghost keeps the letters as they came, and on SQLite tells them apart. */
export const spelledAs = async (ctx: GhostContext, email: string): Promise<readonly Member[]> => {
  const found = await membersBy(ctx, `email:~^${quoted(email)}`)
  return found.filter((one) => one.email.toLowerCase() === email.toLowerCase())
}

/**
 * Members by the contacts' ids. An index finds the address as it is; only who is not found so is searched for, letter by
 * letter.
 */
export const find = async (ctx: GhostContext, contacts: readonly Contact[]): Promise<ReadonlyMap<string, Member>> => {
  const exact = await membersBy(ctx, `email:[${contacts.map(({ key }) => quoted(key.value)).join(',')}]`)
  const findOne = async ({ id, key }: Contact) => {
    const hit = exact.find(({ email }) => email.toLowerCase() === key.value.toLowerCase())
    return [id, hit ?? (await spelledAs(ctx, key.value))[0]] as const
  }
  const found = await Promise.all(contacts.map(findOne))
  return new Map(found.flatMap(([id, one]) => (one ? [[id, one] as const] : [])))
}
