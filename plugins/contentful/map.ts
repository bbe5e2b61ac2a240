import type { Change, Holding, Outcome, Wanted } from '../../core/contract/change.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import type { Timed } from '../../core/contract/trail.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'
import type { Entry } from './entry.ts'
import { linkTo, type Tags } from './tag.ts'

type Fields = Readonly<Record<string, FieldValue>>
const settled = (value: FieldValue): FieldValue => (value === '' ? null : value)
const held = ({ fields }: Entry, name: string, locale: string): FieldValue =>
  settled(fieldValue.safeParse(fields[name]?.[locale] ?? null).data ?? null)

const tagIds = ({ metadata }: Entry): ReadonlySet<string> => new Set(metadata.tags.map(({ sys }) => sys.id))
export const holdingOf = (entry: Entry, { fields, memberships }: Wanted, tags: Tags, locale: string): Holding => ({
  remoteId: entry.sys.id,
  fields: Object.fromEntries(fields.map((name) => [name, held(entry, name, locale)])),
  memberships: memberships.filter(({ kind, name }) => kind === 'tag' && tagIds(entry).has(tags.get(name) ?? '')),
})

/** Whether what is published is what was last written. */
export const isPublished = ({ sys }: Entry): boolean => sys.version === (sys.publishedVersion ?? -1) + 1

/** A field in all its locales with one of them set, or emptied; `null` where none is left. */
const localized = (before: Readonly<Record<string, unknown>> | undefined, locale: string, value: FieldValue) => {
  const { [locale]: _, ...others } = before ?? {}
  const next = value === null ? others : { ...others, [locale]: value }
  return Object.keys(next).length > 0 ? next : null
}
const merged = (before: Entry['fields'], fields: Fields, locale: string): Record<string, Record<string, unknown>> => {
  const changed = Object.entries(fields).map(
    ([name, value]) => [name, localized(before[name], locale, settled(value))] as const,
  )
  const all = [...Object.entries(before).filter(([name]) => !Object.hasOwn(fields, name)), ...changed]
  return Object.fromEntries(all.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])))
}
const retagged = (before: ReadonlySet<string>, { join, leave }: Change, tags: Tags): ReadonlySet<string> => {
  const idsOf = (side: Change['join']) => side.flatMap(({ name }) => tags.get(name) ?? [])
  const gone = new Set(idsOf(leave))
  return new Set([...[...before].filter((id) => !gone.has(id)), ...idsOf(join)])
}
const isEqual = (a: ReadonlySet<string>, b: ReadonlySet<string>) => a.size === b.size && [...a].every((id) => b.has(id))

/** An entry as it is written: whole, since what a write does not name, Contentful takes away. */
export const bodyOf = (change: Change, before: Entry | null, tags: Tags, locale: string) => ({
  fields: merged(
    before?.fields ?? {},
    before ? change.fields : { ...change.fields, email: change.contact.key.value.toLowerCase() },
    locale,
  ),
  metadata: {
    ...before?.metadata,
    tags: [...retagged(before ? tagIds(before) : new Set(), change, tags)].map(linkTo),
  },
})
/** Whether a change says anything that the entry does not hold. */
export const isNews = (change: Change, before: Entry, tags: Tags, locale: string): boolean =>
  Object.entries(change.fields).some(([name, value]) => held(before, name, locale) !== settled(value)) ||
  !isEqual(tagIds(before), retagged(tagIds(before), change, tags))

/** A 200 is no proof: what counts is what the answer shows as stored. */
export const keptOutcome = (change: Change, after: Entry, tags: Tags, locale: string): Outcome => {
  const { fields } = change
  const lost = Object.keys(fields).find((name) => held(after, name, locale) !== settled(fields[name] ?? null))
  if (lost !== undefined)
    return { status: 'rejected', field: lost, reason: `Contentful did not keep "${lost}" as it was sent` }
  if (!isEqual(tagIds(after), retagged(tagIds(after), change, tags)))
    return { status: 'retry', reason: 'Contentful did not keep the tags as they were sent' }
  return { status: 'applied', remoteId: after.sys.id }
}

/** A visitor as it is now. `noticed` says by what, where it was not by its own time of change. */
export const recordOf = (
  entry: Entry,
  locale: string,
  noticed?: { readonly id: string; readonly at: string },
): ContactRecord => {
  const { id, version, updatedAt } = entry.sys
  const email = held(entry, 'email', locale)
  const names = Object.keys(entry.fields).filter((name) => name !== 'email')
  return {
    kind: 'contact',
    id: noticed?.id ?? `entry:${id}:${version}`,
    at: noticed?.at ?? updatedAt,
    identifiers: email === null ? [] : [{ type: 'email', value: String(email) }],
    remoteId: id,
    fields: Object.fromEntries(names.map((name) => [name, held(entry, name, locale)])),
  }
}
export const rowOf =
  (locale: string) =>
  (entry: Entry): Timed => ({ at: Date.parse(entry.sys.updatedAt), record: recordOf(entry, locale) })
