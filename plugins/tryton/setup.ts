import type { Needs, SetupReport, ToolField } from '../../core/contract/connector.ts'
import { createCategories, lookUpCategories } from './category.ts'
import { fields } from './field.ts'
import type { Wire } from './settings.ts'

const problemOf = (need: ToolField, known: readonly ToolField[]): string | null => {
  const field = known.find(({ name }) => name === need.name)
  if (!field) return `field ${need.name}: Tryton has no fields of one's own: map to a standard field or to a category`
  if (!field.writable) return `field ${need.name} is what parties are found by: map to another one`
  const fits = field.type === need.type || (need.type === 'url' && field.type === 'text')
  return fits ? null : `field ${need.name} is ${field.type}, but must take ${need.type}: map to another one`
}

export const setUp = async (ctx: Wire, needs: Needs): Promise<SetupReport> => {
  const known = needs.fields.length > 0 ? await fields(ctx) : []
  const names = [...new Set(needs.memberships.map(({ name }) => name))]
  const there = await lookUpCategories(ctx, names)
  const missing = names.filter((name) => !there.has(name))
  if (missing.length > 0) await createCategories(ctx, missing)
  const sound = needs.fields.filter((need) => problemOf(need, known) === null)
  return {
    created: missing.map((name) => `category ${name}`),
    present: [
      ...sound.map(({ name }) => `field ${name}`),
      ...names.filter((name) => there.has(name)).map((name) => `category ${name}`),
    ],
    manual: needs.fields.flatMap((need) => problemOf(need, known) ?? []),
  }
}
