import { z } from 'zod'
import type { Needs, SetupReport, ToolField } from '../../core/contract/connector.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import { ask, tell } from './api.ts'
import { createGroup, declareFields, mutations, together } from './documents.ts'
import { configLine, declarationOf, isOfType } from './field.ts'
import { lookUpFields, lookUpGroups } from './lookup.ts'
import type { Wire } from './settings.ts'
import { verdictOf } from './step.ts'

const offered = z.object({ __type: z.object({ fields: z.array(z.object({ name: z.string() })) }) })
/** Vendure itself has no such mutation; a plugin of the shop may add it. Without introspection nobody can tell. */
const maySayFields = async (ctx: Wire): Promise<boolean> => {
  const { body } = await ctx.http({
    method: 'POST',
    path: '/admin-api',
    json: mutations,
    accept: [400],
    reply: z.object({ data: z.unknown().optional() }),
  })
  const found = offered.safeParse(body.data).data?.__type.fields ?? []
  return found.some(({ name }) => name === 'leitsternDeclareCustomerFields')
}

const isThere = (need: ToolField, fields: readonly ToolField[]) => fields.some(({ name }) => name === need.name)
/** Fields that are there, but as something else. */
const mismatch = (need: ToolField, fields: readonly ToolField[]): readonly string[] => {
  const found = fields.find(({ name }) => name === need.name)
  if (!found || (isOfType(found, need) && found.writable)) return []
  const is = `${found.type}${found.writable ? '' : ', read-only'}`
  return [
    `custom field ${need.name} of Customer is ${is}, but must take ${need.type}: change it in the server's config`,
  ]
}
const toAdd = (need: ToolField) =>
  `add ${configLine(need)} to customFields.Customer in the server's config and migrate its database: Vendure's API cannot`

const setUpFields = async (ctx: Wire, needs: readonly ToolField[]): Promise<SetupReport> => {
  const fields = await lookUpFields(ctx)
  const missing = needs.filter((need) => !isThere(need, fields))
  const present = needs.filter((need) => isThere(need, fields) && mismatch(need, fields).length === 0)
  const report = {
    present: present.map(({ name }) => `field ${name}`),
    manual: needs.flatMap((need) => mismatch(need, fields)),
  }
  if (missing.length === 0) return { ...report, created: [] }
  if (!(await maySayFields(ctx))) return { ...report, created: [], manual: [...report.manual, ...missing.map(toAdd)] }
  await ask(ctx, 'declaring custom fields', declareFields(missing.map(declarationOf)), z.unknown())
  return { ...report, created: missing.map(({ name }) => `field ${name}`) }
}

const setUpGroups = async (ctx: Wire, names: readonly string[]): Promise<SetupReport> => {
  const groups = await lookUpGroups(ctx, names)
  const missing = names.filter((name) => !groups.has(name))
  const wanted = missing.map((name, index) => createGroup(`g${index}`, name))
  const told = wanted.length > 0 ? await tell(ctx, 'creating customer groups', together(wanted)) : null
  const failed = missing.filter((_, index) => told && verdictOf(`g${index}`, told)?.status !== 'applied')
  if (failed.length > 0) throw new ConnectorError('transient', `creating customer groups: not confirmed: ${failed}`)
  const line = (name: string) => `group ${name}`
  return { created: missing.map(line), present: names.filter((name) => groups.has(name)).map(line), manual: [] }
}

export const setUp = async (ctx: Wire, { fields, memberships }: Needs): Promise<SetupReport> => {
  const own = await setUpFields(ctx, fields)
  const groups = await setUpGroups(ctx, [...new Set(memberships.map(({ name }) => name))])
  return {
    created: [...own.created, ...groups.created],
    present: [...own.present, ...groups.present],
    manual: [...own.manual, ...groups.manual],
  }
}
