import { z } from 'zod'
import { listOf, mostInList, pageSize } from './find.ts'
import type { Wire } from './settings.ts'

const path = '/admin/customer-groups'
const group = z.object({ id: z.string(), name: z.string() })
const groups = z.object({ customer_groups: z.array(group) })

/** Ids by name, which is unique. */
export const lookUpGroups = async ({ http }: Wire, names: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const wanted = [...new Set(names)]
  const found: z.output<typeof group>[] = []
  for (let from = 0; from < wanted.length; from += mostInList) {
    const query = { fields: 'id,name', limit: pageSize, ...listOf('name', wanted.slice(from, from + mostInList)) }
    found.push(...(await http({ method: 'GET', path, query, reply: groups })).body.customer_groups)
  }
  return new Map(found.map(({ id, name }) => [name, id]))
}
export const createGroup = async ({ http }: Wire, name: string): Promise<void> => {
  await http({ method: 'POST', path, json: { name }, reply: z.object({ customer_group: group }) })
}
