import { createHash } from 'node:crypto'
import type { Change, Holding, Outcome, Wanted } from '../../core/contract/change.ts'
import type { FieldType } from '../../core/contract/connector.ts'
import { isUnlistable, listing, namesIn } from '../../core/contract/listing.ts'
import type { SourceRecord } from '../../core/contract/record.ts'
import type { FieldValue, Identifier } from '../../core/contract/value.ts'
import { listColumn, type Row, type Settings, type Source } from './settings.ts'

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
/** A row's id for the hub: its key, unreadable, since ids end in logs. */
export const rowId = (key: FieldValue): string => hashOf(String(key).toLowerCase())

const listsIn = (row: Row): readonly string[] => namesIn(String(row[listColumn] ?? ''))
const filled = (value: FieldValue | undefined): FieldValue => (value === undefined || value === '' ? null : value)

export const holdingOf = (row: Row, { fields, memberships }: Wanted, { keyColumn }: Settings): Holding => ({
  remoteId: rowId(row[keyColumn] ?? null),
  fields: Object.fromEntries(fields.map((name) => [name, filled(row[name])])),
  memberships: memberships.filter(({ kind, name }) => kind === 'list' && listsIn(row).includes(name)),
})

type Columns = ReadonlyMap<string, FieldType>
/** Why a change cannot be written; null: it can. */
export const obstacle = (
  { contact, fields, join }: Change,
  columns: Columns,
  { keyType }: Settings,
): Outcome | null => {
  if (contact.key.type !== keyType)
    return {
      status: 'rejected',
      reason: `the table knows contacts by ${keyType}: set keyType, or contact.key in hub.yaml`,
    }
  const unknown = Object.keys(fields).find((name) => !columns.has(name))
  if (unknown !== undefined)
    return { status: 'rejected', reason: `the table has no column ${unknown}: run setup`, field: unknown }
  const odd = join.find(({ name }) => isUnlistable(name))
  if (odd) return { status: 'rejected', reason: `a list cannot be called ${odd.name}: semicolons part the names` }
  return null
}

/** What of a row a change sets: only that is sent. */
export const stepOf = ({ fields, join, leave }: Change, before: Row): Row => {
  const left = leave.map(({ name }) => name)
  const lists = [
    ...new Set([...listsIn(before).filter((name) => !left.includes(name)), ...join.map(({ name }) => name)]),
  ]
  const emptied = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, filled(value)]))
  return join.length + leave.length > 0 ? { ...emptied, [listColumn]: filled(listing(lists)) } : emptied
}

/** One instant has several spellings. */
const sameValue = (a: FieldValue, b: FieldValue, type: FieldType | undefined): boolean =>
  a === b || (type === 'datetime' && a !== null && b !== null && Date.parse(String(a)) === Date.parse(String(b)))
/** The first column of a step that a row does not show; null: it shows all of it. */
export const lostIn = (step: Row, row: Row, columns: Columns): string | null =>
  Object.keys(step).find((name) => !sameValue(filled(step[name]), filled(row[name]), columns.get(name))) ?? null

const consentIn = (row: Row, column: string | undefined): boolean | undefined => {
  const value = column === undefined ? null : (row[column] ?? null)
  return typeof value === 'boolean' ? value : undefined
}
const isText = (value: FieldValue | undefined): value is string => typeof value === 'string' && value !== ''
const identifiersOf = (row: Row, { keyType, keyColumn }: Settings): readonly Identifier[] => {
  const further = ['email', 'userId', 'phone'].filter((type) => type !== keyType).map((type) => [type, type] as const)
  return [[keyType, keyColumn] as const, ...further].flatMap(([type, column]) => {
    const value = row[column]
    return isText(value) || typeof value === 'number' ? [{ type, value: String(value) }] : []
  })
}

/** A row as a record; none, where it names nobody or has no time. */
export const recordOf = (row: Row, source: Source, settings: Settings): SourceRecord[] => {
  const at = Date.parse(String(row[source.at ?? source.by[0] ?? ''] ?? ''))
  const identifiers = identifiersOf(row, settings)
  if (identifiers.length === 0 || Number.isNaN(at)) return []
  const base = { at: new Date(at).toISOString(), identifiers, id: `${source.name}:${hashOf(row)}` }
  if (source.event !== undefined) return [{ ...base, kind: 'event', event: source.event, properties: row }]
  const consent = consentIn(row, settings.consent)
  return [{ ...base, kind: 'contact', remoteId: rowId(row[settings.keyColumn] ?? null), fields: row, consent }]
}
