import { z } from 'zod'
import type { Needs, SetupReport, ToolField } from '../../core/contract/connector.ts'
import { createList, isFilled, isPossibleName as isPossibleListName, lookUpLists } from './list.ts'
import {
  definitionOf,
  fieldsFrom,
  groupName,
  isOfType,
  isPossibleName,
  lookUpProperties,
  propertiesPath,
} from './property.ts'
import type { Wire } from './settings.ts'

const ensureGroup = async ({ http }: Wire) => {
  const path = `${propertiesPath}/groups`
  const reply = z.unknown()
  const { status } = await http({ method: 'GET', path: `${path}/${groupName}`, accept: [404], reply })
  if (status === 404) await http({ method: 'POST', path, json: { name: groupName, label: 'Leitstern' }, reply })
}
const created = z.object({ results: z.array(z.object({ name: z.string() })) })
/** Answers with the names that HubSpot has created. */
const createProperties = async (ctx: Wire, needs: readonly ToolField[]): Promise<readonly string[]> => {
  if (needs.length === 0) return []
  await ensureGroup(ctx)
  const json = { inputs: needs.map(definitionOf) }
  const { body } = await ctx.http({ method: 'POST', path: `${propertiesPath}/batch/create`, json, reply: created })
  return body.results.map(({ name }) => name)
}

const mismatch = (need: ToolField, { type, writable }: ToolField) =>
  `property ${need.name} is ${type}${writable ? '' : ', read-only'}, but must take ${need.type}: map to another one`
const impossible = ({ name }: ToolField) =>
  `property ${name} cannot be created: HubSpot takes lower-case letters, digits and underscores only`

const setUpFields = async (ctx: Wire, needs: readonly ToolField[]): Promise<SetupReport> => {
  const there = new Map(fieldsFrom(await lookUpProperties(ctx)).map((field) => [field.name, field]))
  const missing = needs.filter(({ name }) => !there.has(name))
  const possible = missing.filter(({ name }) => isPossibleName(name))
  const made = await createProperties(ctx, possible)
  const failed = possible.filter(({ name }) => !made.includes(name))
  const known = needs.flatMap((need) => {
    const field = there.get(need.name)
    return field ? [{ need, field, fits: isOfType(field, need) && field.writable }] : []
  })
  return {
    created: made.map((name) => `property ${name}`),
    present: known.filter(({ fits }) => fits).map(({ need }) => `property ${need.name}`),
    manual: [
      ...missing.filter(({ name }) => !isPossibleName(name)).map(impossible),
      ...failed.map(({ name }) => `property ${name} was not created: HubSpot did not confirm it, create it there`),
      ...known.filter(({ fits }) => !fits).map(({ need, field }) => mismatch(need, field)),
    ],
  }
}

const setUpLists = async (ctx: Wire, names: readonly string[]): Promise<SetupReport> => {
  const lists = await lookUpLists(ctx, names)
  const missing = names.filter((name) => !lists.has(name))
  const possible = missing.filter(isPossibleListName)
  for (const name of possible) await createList(ctx, name)
  const [filled, open] = [true, false].map((wanted) => [...lists].filter(([, list]) => isFilled(list) === wanted))
  return {
    created: possible.map((name) => `list ${name}`),
    present: (open ?? []).map(([name]) => `list ${name}`),
    manual: [
      ...missing
        .filter((name) => !isPossibleListName(name))
        .map((name) => `list ${name} cannot be addressed: no slashes`),
      ...(filled ?? []).map(([name]) => `list ${name} is filled by a filter: map to a static list`),
    ],
  }
}

export const setUp = async (ctx: Wire, { fields, memberships }: Needs): Promise<SetupReport> => {
  const own = await setUpFields(ctx, fields)
  const lists = await setUpLists(ctx, [...new Set(memberships.map(({ name }) => name))])
  return {
    created: [...own.created, ...lists.created],
    present: [...own.present, ...lists.present],
    manual: [...own.manual, ...lists.manual],
  }
}
