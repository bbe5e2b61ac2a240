import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import type { Context } from '../../core/contract/connector.ts'
import { type User, user } from './user.ts'

/** The most that core shows on a page. */
export const pageSize = 100

/** One page of users, by id. Source: https://developer.wordpress.org/rest-api/reference/users/#list-users */
export const usersBy = async ({ http }: Context<unknown>, query: Readonly<Record<string, string | number>>) => {
  const all = { context: 'edit', per_page: pageSize, orderby: 'id', order: 'asc', ...query }
  const { body } = await http({ method: 'GET', path: '/wp/v2/users', query: all, reply: z.array(user) })
  return body
}

/** The user whose application password we hold. */
export const self = async ({ http }: Context<unknown>): Promise<User> => {
  const { body } = await http({ method: 'GET', path: '/wp/v2/users/me', query: { context: 'edit' }, reply: user })
  return body
}

const isOf =
  ({ key }: Contact) =>
  ({ email }: User) =>
    email.toLowerCase() === key.value.toLowerCase()

/**
 * Searching finds parts of addresses: al@x.example is in pascal@x.example too, so the right one may be pages away.
 * `search_columns` is ignored by versions that lack it; they search the addresses alone when the text holds an @.
 */
const search = async (ctx: Context<unknown>, contact: Contact): Promise<User | undefined> => {
  for (let page = 1; ; page += 1) {
    const found = await usersBy(ctx, { search: contact.key.value, search_columns: 'email', page })
    const hit = found.find(isOf(contact))
    if (hit || found.length < pageSize) return hit
  }
}

/**
 * Users by the contacts' ids. A remote id only shortens the way: the address must be the contact's own, so that a stale id
 * never leads to another person.
 */
export const find = async (ctx: Context<unknown>, contacts: readonly Contact[]): Promise<ReadonlyMap<string, User>> => {
  const ids = contacts.flatMap(({ remoteId = '' }) => (/^\d+$/.test(remoteId) ? [remoteId] : []))
  const known = ids.length > 0 ? await usersBy(ctx, { include: ids.join(',') }) : []
  const found = new Map<string, User>()
  const findOne = async (contact: Contact) => {
    const hit = known.find(isOf(contact)) ?? (await search(ctx, contact))
    if (hit) found.set(contact.id, hit)
  }
  await Promise.all(contacts.map(findOne))
  return found
}
