import { z } from 'zod'
import type { Wire } from './settings.ts'

const named = z.object({ id: z.number(), name: z.string() })
type Named = z.output<typeof named>
/** Most that Brevo gives on a page of lists, folders and segments. */
const pageSize = 50

const all = async ({ http }: Wire, kind: 'lists' | 'folders'): Promise<readonly Named[]> => {
  const found: Named[] = []
  const reply = z.object({
    lists: z.array(named).nullish(),
    folders: z.array(named).nullish(),
    count: z.number().nullish(),
  })
  while (true) {
    const query = { limit: pageSize, offset: found.length, sort: 'asc' }
    const { body } = await http({ method: 'GET', path: `/contacts/${kind}`, query, reply })
    const page = body[kind] ?? []
    found.push(...page)
    if (page.length < pageSize || found.length >= (body.count ?? 0)) return found
  }
}

/** Ids by name; those that are not there are absent. Of two with one name, the older. */
export const lookUpLists = async (ctx: Wire, names: readonly string[]): Promise<ReadonlyMap<string, number>> => {
  const wanted = new Set(names)
  const found = wanted.size === 0 ? [] : await all(ctx, 'lists')
  return new Map(found.toReversed().flatMap(({ id, name }) => (wanted.has(name) ? [[name, id] as const] : [])))
}

const folderName = 'Leitstern'
const made = z.object({ id: z.number() })
/** Every list is in a folder. */
const folder = async (ctx: Wire): Promise<number> => {
  const there = (await all(ctx, 'folders')).find(({ name }) => name === folderName)
  if (there) return there.id
  const json = { name: folderName }
  return (await ctx.http({ method: 'POST', path: '/contacts/folders', json, reply: made })).body.id
}
export const createLists = async (ctx: Wire, names: readonly string[]): Promise<void> => {
  if (names.length === 0) return
  const folderId = await folder(ctx)
  for (const name of names)
    await ctx.http({ method: 'POST', path: '/contacts/lists', json: { name, folderId }, reply: made })
}
