import { createHash } from 'node:crypto'
import type { Change, Holding, Membership, Outcome, Wanted } from '../../core/contract/change.ts'
import type { ToolField } from '../../core/contract/connector.ts'
import type { ContactRecord } from '../../core/contract/record.ts'
import type { FieldValue } from '../../core/contract/value.ts'
import type { Label, Member } from './member.ts'
import { fits, noteIn, noteOf } from './note.ts'
import type { Settings } from './settings.ts'

type Fields = Readonly<Record<string, FieldValue>>

/** Ghost has no fields of its own making: a member has a name and a note, and the note has the lines that settings name. */
export const fieldsOf = ({ noteFields }: Settings): readonly ToolField[] => [
  { name: 'name', type: 'text', label: 'Name', writable: true },
  { name: 'note', type: 'text', label: "Note, without the hub's block", writable: true },
  ...noteFields.map((name) => ({ name, type: 'text', label: `${name}, in the note`, writable: true }) as const),
]

/** The tool does not tell an empty text from none. */
const settled = (name: string, value: FieldValue): FieldValue => {
  if (value === null || value === '') return null
  return name === 'name' || name === 'note' ? String(value) : value
}
const held = ({ name, note }: Pick<Member, 'name' | 'note'>): Fields => {
  const { text, values } = noteIn(note)
  return { ...values, name: name || null, note: text || null }
}

const isSame = (a: string, b: string) => a.trim().toLowerCase() === b.trim().toLowerCase()
const isAmong = (labels: readonly { readonly name: string }[], name: string) =>
  labels.some((label) => isSame(label.name, name))

export const holdingOf = (member: Member, { fields, memberships }: Wanted): Holding => {
  const all = held(member)
  return {
    remoteId: member.id,
    fields: Object.fromEntries(fields.map((name) => [name, all[name] ?? null])),
    memberships: memberships.filter(({ kind, name }) => kind === 'label' && isAmong(member.labels, name)),
  }
}

/** What of a member a write states. Newsletters are never among it, so that nobody is subscribed again. */
export interface Write {
  readonly name?: string
  readonly note?: string
  readonly labels?: readonly (Label | Membership | { readonly name: string })[]
}
const nobody = { name: null, note: null, labels: [] }

/** All labels that are to stay are named: what a write does not name, Ghost takes away. */
const labelsOf = (labels: readonly Label[], { join, leave }: Change): Pick<Write, 'labels'> => {
  const stay = labels.filter(({ name }) => !isAmong(leave, name))
  const come = join.filter(({ name }) => !isAmong(stay, name)).map(({ name }) => ({ name }))
  const isNews = come.length > 0 || stay.length < labels.length
  return isNews ? { labels: [...stay.map(({ id, name }) => ({ id, name })), ...come] } : {}
}

/** What of a change the member does not hold yet; `null` when there is nothing. */
export const writeOf = (change: Change, before: Member | null): Write | null => {
  const now = held(before ?? nobody)
  const next = { ...now, ...change.fields }
  const { name: newName = null, note: newNote = null, ...values } = next
  const [name, note] = [newName, newNote].map((value) => String(value ?? ''))
  const whole = noteOf({ text: note ?? '', values })
  const write = {
    ...(settled('name', newName) === now.name ? {} : { name: name ?? '' }),
    ...(whole === (before?.note ?? '') ? {} : { note: whole }),
    ...labelsOf(before?.labels ?? [], change),
  }
  return Object.keys(write).length > 0 ? write : null
}

const unknownField = (field: string): Outcome => ({
  status: 'rejected',
  field,
  reason: `Ghost has no fields of its own: name "${field}" among noteFields in settings, or map to a label`,
})
/** What can be told before anything is sent. */
export const problemOf = ({ fields }: Change, settings: Settings, write: Write | null): Outcome | null => {
  const known = new Set(fieldsOf(settings).map(({ name }) => name))
  const unknown = Object.keys(fields).find((name) => !known.has(name))
  if (unknown !== undefined) return unknownField(unknown)
  if (fits(write?.note ?? '')) return null
  const field = Object.keys(fields).find((name) => name !== 'name')
  return { status: 'rejected', field, reason: 'the note has 2000 characters at most, with what is in it already' }
}

/** A 200 is no proof: what counts is what the answer shows as stored. */
export const keptOutcome = ({ fields, join, leave }: Change, after: Member): Outcome => {
  const now = held(after)
  const lost = Object.keys(fields).find((name) => settled(name, fields[name] ?? null) !== (now[name] ?? null))
  if (lost !== undefined)
    return { status: 'rejected', field: lost, reason: `Ghost did not keep "${lost}" as it was sent` }
  const stray =
    join.find(({ name }) => !isAmong(after.labels, name)) ?? leave.find(({ name }) => isAmong(after.labels, name))
  if (stray) return { status: 'rejected', reason: `Ghost did not keep the label "${stray.name}" as it was sent` }
  return { status: 'applied', remoteId: after.id }
}

/** Whether any newsletter still reaches the person. */
const consentOf = ({ newsletters, email_suppression }: Member) =>
  newsletters?.some(({ status }) => status === 'active') && email_suppression?.suppressed !== true

/** A member as it is now. `id` and `at` say by what it was noticed; without them, by its own time of change. */
export const recordOf = (member: Member, noticed?: { readonly id: string; readonly at: string }): ContactRecord => {
  const { id, email, updated_at } = member
  const fields = held(member)
  const consent = consentOf(member)
  // Its times are whole seconds, so that two changes in one need more to be told apart.
  const digest = createHash('sha256')
    .update(JSON.stringify([email, fields]))
    .digest('hex')
    .slice(0, 12)
  return {
    kind: 'contact',
    id: noticed?.id ?? `member:${id}:${updated_at}:${digest}`,
    at: noticed?.at ?? updated_at,
    identifiers: [{ type: 'email', value: email }],
    remoteId: id,
    fields,
    consent,
  }
}
