import { createHash } from 'node:crypto'
import type { Change, Contact, Holding, Membership, Outcome, Wanted } from '../../core/contract/change.ts'
import { type FieldType, fieldTypes, type ToolField } from '../../core/contract/connector.ts'
import { isUnlistable, listing, namesIn } from '../../core/contract/listing.ts'
import type { ContactRecord, EventRecord } from '../../core/contract/record.ts'
import type { FieldValue, Identifier } from '../../core/contract/value.ts'
import type { Row } from './sheet.ts'

/** Columns that name a person, each by its type of identifier. */
export const keys = ['email', 'userId', 'phone'] as const
/** Columns with a meaning of their own; all others are fields. */
export const own = { lists: 'lists', consent: 'consent', at: 'updated_at', locked: 'locked' } as const
const reserved: ReadonlySet<string> = new Set([...keys, ...Object.values(own)])

export type Types = ReadonlyMap<string, FieldType>

export const textIn = (row: Row, column: string): string => {
  const value = row[column]
  return value === null || value === undefined ? '' : String(value)
}
/** A line of the list of fields. */
export const fieldOf = (row: Row): ToolField[] => {
  const name = textIn(row, 'name')
  const type = fieldTypes.find((known) => known === textIn(row, 'type')) ?? 'text'
  return name === '' ? [] : [{ name, type, label: textIn(row, 'label') || name, writable: true }]
}
export const isField = (column: string): boolean => !reserved.has(column)

const readers: Readonly<Record<FieldType, (text: string) => FieldValue>> = {
  text: (text) => text,
  url: (text) => text,
  datetime: (text) => text,
  number: (text) => (Number.isNaN(Number(text)) ? text : Number(text)),
  boolean: (text) => (text === 'true' || text === 'false' ? text === 'true' : text),
}
/** What a row holds in a column: a cell is text, and its field says of what type. */
const held = (row: Row, column: string, types: Types): FieldValue => {
  const text = textIn(row, column)
  return text === '' ? null : readers[types.get(column) ?? 'text'](text)
}

export const identifiersOf = (row: Row): readonly Identifier[] =>
  keys.flatMap((type) => {
    const value = textIn(row, type)
    return value === '' ? [] : [{ type, value }]
  })
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
/** A row's own id, made from the first name of the person in it. */
export const rowId = (row: Row): string => {
  const [first] = identifiersOf(row)
  return first === undefined ? '' : hashOf(nameOf(first))
}
/** Addresses are the same in any letters; two ids that differ in them are two people. */
const nameOf = ({ type, value }: Identifier): string => `${type}:${type === 'email' ? value.toLowerCase() : value}`
/** Where the rows of people stand, by every name of theirs; of several rows of one name the first counts. */
export type Places = Map<string, number>
export const placesOf = (rows: readonly Row[]): Places => {
  const places: Places = new Map()
  for (const [place, row] of rows.entries())
    for (const name of identifiersOf(row).map(nameOf)) if (!places.has(name)) places.set(name, place)
  return places
}
/** A row is named by what it says of the person, so that its own id adds nothing. */
export const placeOf = (places: Places, { key }: Pick<Contact, 'key'>): number | undefined => places.get(nameOf(key))
export const noted = (places: Places, { key }: Pick<Contact, 'key'>, place: number): Places =>
  places.set(nameOf(key), place)

const listsIn = (row: Row): readonly string[] => namesIn(textIn(row, own.lists))
export const holdingOf = (row: Row, { fields, memberships }: Wanted, types: Types): Holding => {
  const lists = listsIn(row)
  return {
    remoteId: rowId(row),
    fields: Object.fromEntries(fields.map((name) => [name, held(row, name, types)])),
    memberships: memberships.filter(({ kind, name }) => kind === 'list' && lists.includes(name)),
  }
}

/** Spreadsheet programs would run such a key as a formula (OWASP, CSV injection). A phone number may begin with a plus. */
const formula = /^[=@\t\r-]/

/** Why a change cannot be written; null: it can. */
export const obstacle = ({ contact, fields, join }: Change, row: Row | undefined, types: Types): Outcome | null => {
  if (formula.test(contact.key.value))
    return { status: 'rejected', reason: 'the key begins as a formula does, and spreadsheet programs would run it' }
  if (row !== undefined && textIn(row, own.locked) !== '')
    return { status: 'rejected', reason: `the row is locked: somebody has filled its column ${own.locked}` }
  const unknown = Object.keys(fields).find((name) => !types.has(name))
  if (unknown !== undefined)
    return { status: 'rejected', reason: `the list has no field ${unknown}: run setup`, field: unknown }
  const odd = join.find(({ name }) => isUnlistable(name))
  return odd === undefined
    ? null
    : { status: 'rejected', reason: `a list cannot be called ${odd.name}: semicolons part the names` }
}

const namesOf = (memberships: readonly Membership[]): readonly string[] => memberships.map(({ name }) => name)
/** A row after a change. */
export const changed = (before: Row | undefined, { contact: { key }, fields, join, leave }: Change): Row => {
  const row = before ?? { [key.type]: key.value }
  const left = namesOf(leave)
  const lists = [...new Set([...listsIn(row).filter((name) => !left.includes(name)), ...namesOf(join)])]
  const kept = lists.length > 0 || own.lists in row ? { [own.lists]: listing(lists) } : {}
  return { ...row, ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value ?? ''])), ...kept }
}

const consents: Readonly<Record<string, boolean>> = { yes: true, true: true, no: false, false: false }
/** `at` counts where the row does not say when it changed. */
const timeOf = (row: Row, at: string): string => {
  const said = Date.parse(textIn(row, own.at))
  return Number.isNaN(said) ? at : new Date(said).toISOString()
}
export const recordOf = (row: Row, at: string, types: Types): ContactRecord => ({
  kind: 'contact',
  id: `row:${rowId(row)}:${hashOf(JSON.stringify(row))}`,
  at: timeOf(row, at),
  identifiers: identifiersOf(row),
  remoteId: rowId(row),
  fields: Object.fromEntries([...types.keys()].map((name) => [name, held(row, name, types)])),
  consent: consents[textIn(row, own.consent).toLowerCase()],
})

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
/** A line of events: `event`, `at`, who, and `properties` (in CSV: as JSON); `id`, where the same line may come twice. */
export const eventOf = (row: Row, at: string): EventRecord[] => {
  const event = textIn(row, 'event')
  const identifiers = identifiersOf(row)
  if (event === '' || identifiers.length === 0) return []
  return [
    {
      kind: 'event',
      id: `event:${textIn(row, 'id') || hashOf(JSON.stringify(row))}`,
      at: timeOf({ [own.at]: row.at }, at),
      identifiers,
      event,
      properties: isObject(row.properties) ? row.properties : {},
    },
  ]
}
