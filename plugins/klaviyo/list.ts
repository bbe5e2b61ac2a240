import { z } from 'zod'
import { all, anyOf, chunks, pages } from './api.ts'
import type { Profile } from './profile.ts'
import type { Wire } from './settings.ts'

const list = z.object({ id: z.string(), attributes: z.object({ name: z.string().nullish() }) })
/** Ids by name; those that are not there are absent. */
export const lookUpLists = async (ctx: Wire, names: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const wanted = [...new Set(names)]
  if (wanted.length === 0) return new Map()
  const found = await all(ctx, '/api/lists', list, { filter: anyOf('name', wanted) })
  return new Map(found.items.map(({ id, attributes }) => [attributes.name ?? '', id]))
}

export const createList = ({ http }: Wire, name: string) => {
  const json = { data: { type: 'list', attributes: { name } } }
  return http({ method: 'POST', path: '/api/lists', json, reply: z.object({ data: list }) })
}

const linkOf = (id: string) => `/api/lists/${encodeURIComponent(id)}/relationships/profiles`
/** A call takes 1,000. Being in a list says nothing of consent: Klaviyo keeps that apart. */
export const move = async (
  { http }: Wire,
  listId: string,
  direction: 'join' | 'leave',
  ids: readonly string[],
): Promise<void> => {
  for (const part of chunks(ids, 1000))
    await http({
      method: direction === 'join' ? 'POST' : 'DELETE',
      path: linkOf(listId),
      json: { data: part.map((id) => ({ type: 'profile', id })) },
      reply: z.unknown(),
    })
}

const link = z.object({ id: z.string() })
/** Which of these profiles are in the list. */
export const membersAmong = async (ctx: Wire, listId: string, profiles: readonly Profile[]) => {
  const members = new Set<string>()
  const named = profiles.flatMap(({ attributes: { email } }) => email ?? [])
  for (const part of chunks(named, 50)) {
    const query = { filter: anyOf('email', part), 'page[size]': 100 }
    for await (const { items } of pages(ctx, linkOf(listId), link, query)) for (const { id } of items) members.add(id)
  }
  for (const { id } of profiles.filter(({ attributes: { email } }) => !email)) {
    const own = await all(ctx, `/api/profiles/${encodeURIComponent(id)}/relationships/lists`, link)
    if (own.items.some((one) => one.id === listId)) members.add(id)
  }
  return members
}
