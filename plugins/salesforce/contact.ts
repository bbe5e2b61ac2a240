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
const textIn = (record: Held, field: string): string => {
  const value = record[field]
  return typeof value === 'string' ? value.toLowerCase() : ''
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
/** A lead that was converted is another object by now, and cannot be altered. */
const living = ({ settings: { object } }: Wire) => (object === 'Lead' ? ' AND IsConverted = false' : '')

/** Those that are there, oldest first: of several with one address the first stands for the person. */
const recordsWith = async (
  ctx: Wire,
  field: string,
  values: readonly string[],
  columns: string,
): Promise<readonly Held[]> => {
  const found: Held[] = []
  for (const list of listsOf(values)) {
    const where = `${field} IN ${among(list)}${living(ctx)}`
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
): Promise<ReadonlyMap<string, Held>> => {
  const found = await recordsWith(ctx, 'Id', ids.filter(isId), columnsOf(fields))
  return new Map(found.map((record) => [record.Id, record]))
}

/** By the key's value, of one type of key. */
const recordsByKey = async (ctx: Wire, field: string, contacts: readonly Contact[], fields: readonly string[]) => {
  const values = contacts.map(({ key }) => key.value)
  const found = await recordsWith(ctx, field, values, columnsOf([field, ...fields]))
  return grouped(found, (record) => textIn(record, field))
}

/** Everybody who goes by the key of a contact, by the contact's id: an org may hold a person twice. */
export const everyRecord = async (
  ctx: Wire,
  contacts: readonly Contact[],
  fields: readonly string[] = [],
): Promise<ReadonlyMap<string, readonly Held[]>> => {
  const found = new Map<string, readonly Held[]>()
  for (const [field, those] of grouped(contacts, (contact) => keyField(ctx, contact))) {
    const records = await recordsByKey(ctx, field, those, fields)
    for (const { id, key } of those) found.set(id, records.get(key.value.toLowerCase()) ?? [])
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
  const byKey = await everyRecord(ctx, open, fields)
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
