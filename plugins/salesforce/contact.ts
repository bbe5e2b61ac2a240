import { z } from 'zod'
import type { Contact } from '../../core/contract/change.ts'
import { ConnectorError } from '../../core/contract/errors.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import { decoded } from './field.ts'
import type { Wire } from './settings.ts'
import { among, isId, isName, isSameName, listsOf, NoSuchField, query } from './soql.ts'

export const held = z.looseObject({ Id: z.string() })
/** A contact or lead, with the fields that were asked for. */
export type Held = z.output<typeof held>

/** What a record has of a field, whatever letters its name was asked for in: Salesforce answers in its own. */
export const valueIn = (record: Held, name: string): FieldValue =>
  decoded(record[name] ?? record[Object.keys(record).find((key) => isSameName(key, name)) ?? name])

/** What a contact's key is found in. */
export const keyField = ({ settings: { externalId } }: Wire, { key }: Contact): string => {
  if (key.type === 'email') return 'Email'
  if (externalId !== undefined) return externalId
  const message = `finding contacts in Salesforce by ${key.type}: set externalId to the field that holds it`
  throw new ConnectorError('config', message)
}
/** Salesforce finds by any letters: addresses are the same in all of them, and ids that differ in them are two people. */
const nameIn = (field: string, value: unknown): string => {
  const text = typeof value === 'string' ? value : ''
  return field === 'Email' ? text.toLowerCase() : text
}

const grouped = <T>(items: readonly T[], nameOf: (item: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>()
  for (const item of items) groups.set(nameOf(item), [...(groups.get(nameOf(item)) ?? []), item])
  return groups
}

const columnsOf = (fields: readonly string[]) => {
  const odd = fields.find((name) => !isName(name))
  if (odd !== undefined) throw new NoSuchField(odd)
  return [...new Set(['Id', ...fields])].join(',')
}
/** `alive`: without leads that were converted, which are another object by now and cannot be altered. */
type Scope = 'alive' | 'all'
const scoped = ({ settings: { object } }: Wire, scope: Scope) =>
  scope === 'alive' && object === 'Lead' ? ' AND IsConverted = false' : ''

interface Asked {
  readonly field: string
  readonly values: readonly string[]
  readonly columns: string
  readonly scope: Scope
}
/** Those that are there, oldest first: of several with one address the first stands for the person. */
const recordsWith = async (ctx: Wire, { field, values, columns, scope }: Asked): Promise<readonly Held[]> => {
  const found: Held[] = []
  for (const list of listsOf(values)) {
    const where = `${field} IN ${among(list)}${scoped(ctx, scope)}`
    const soql = `SELECT ${columns} FROM ${ctx.settings.object} WHERE ${where} ORDER BY CreatedDate, Id`
    found.push(...(await query(ctx, soql, held)))
  }
  return found
}

/** By Salesforce's own id. */
export const recordsById = async (
  ctx: Wire,
  ids: readonly string[],
  fields: readonly string[],
  scope: Scope = 'alive',
): Promise<ReadonlyMap<string, Held>> => {
  const asked = { field: 'Id', values: ids.filter(isId), columns: columnsOf(fields), scope }
  return new Map((await recordsWith(ctx, asked)).map((record) => [record.Id, record]))
}

/** Everybody who goes by the key of a contact, by the contact's id: an org may hold a person twice. */
export const everyRecord = async (
  ctx: Wire,
  contacts: readonly Contact[],
  fields: readonly string[],
  scope: Scope,
): Promise<ReadonlyMap<string, readonly Held[]>> => {
  const found = new Map<string, readonly Held[]>()
  for (const [field, those] of grouped(contacts, (contact) => keyField(ctx, contact))) {
    const values = those.map(({ key }) => key.value)
    const records = await recordsWith(ctx, { field, values, columns: columnsOf([field, ...fields]), scope })
    const byKey = grouped(records, (record) => nameIn(field, record[field]))
    for (const { id, key } of those) found.set(id, byKey.get(nameIn(field, key.value)) ?? [])
  }
  return found
}

/** By the contact's `id`, first by what Salesforce has called it, then by its key. Those that are not there are absent. */
export const locate = async (
  ctx: Wire,
  contacts: readonly Contact[],
  fields: readonly string[] = [],
): Promise<ReadonlyMap<string, Held>> => {
  const remoteIds = contacts.flatMap(({ remoteId }) => remoteId ?? [])
  const byId = await recordsById(ctx, remoteIds, fields)
  const open = contacts.filter(({ remoteId }) => !byId.has(remoteId ?? ''))
  const byKey = await everyRecord(ctx, open, fields, 'alive')
  return new Map(
    contacts.flatMap(({ id, remoteId }) => {
      const record = byId.get(remoteId ?? '') ?? byKey.get(id)?.[0]
      return record ? [[id, record] as const] : []
    }),
  )
}

/** As `locate`, where a field that Salesforce does not have is merely empty. */
export const locateWithKnown = async (
  ctx: Wire,
  contacts: readonly Contact[],
  fields: readonly string[],
): Promise<ReadonlyMap<string, Held>> => {
  try {
    return await locate(ctx, contacts, fields)
  } catch (error) {
    const known = error instanceof NoSuchField ? fields.filter((name) => !isSameName(name, error.field)) : fields
    if (known.length === fields.length) throw error
    return locateWithKnown(ctx, contacts, known)
  }
}
