import { z } from 'zod'
import type { Membership } from '../../core/contract/change.ts'
import { ask, search } from './rpc.ts'
import type { Wire } from './settings.ts'

const category = z.object({ id: z.number(), name: z.string() })
/** Ids of categories by name. */
export type Categories = ReadonlyMap<string, number>

/** Of those at the top of the tree: further down a name may come again. */
export const lookUpCategories = async (ctx: Wire, names: readonly string[]): Promise<Categories> => {
  if (names.length === 0) return new Map()
  const domain = [
    ['name', 'in', [...new Set(names)]],
    ['parent', '=', null],
  ]
  const found = await search(ctx, { model: 'party.category', domain, fields: ['name'], row: category })
  return new Map(found.map(({ id, name }) => [name, id]))
}
export const createCategories = (ctx: Wire, names: readonly string[]): Promise<readonly number[]> =>
  ask(ctx, 'model.party.category.create', [names.map((name) => ({ name })), {}], z.array(z.number()))

const idsOf = (memberships: readonly Membership[], categories: Categories) =>
  memberships.flatMap(({ name }) => categories.get(name) ?? [])
/** What Tryton is to write for these memberships. Who is in already, or out, is no error. */
export const categoryCommands = (
  join: readonly Membership[],
  leave: readonly Membership[],
  categories: Categories,
): readonly unknown[] => {
  const [add, remove] = [idsOf(join, categories), idsOf(leave, categories)]
  return [...(add.length > 0 ? [['add', add]] : []), ...(remove.length > 0 ? [['remove', remove]] : [])]
}
