import { z } from 'zod'
import type { Change, Contact, Holding, Outcome, Wanted } from '../../core/contract/change.ts'
import { fieldTypes } from '../../core/contract/connector.ts'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'

/** A contact as the tool shows it. Lenient: only what is used. */
export const contact = z.object({
  id: z.string(),
  email: z.string(),
  fields: z.record(z.string(), fieldValue),
})
type Stored = z.output<typeof contact>

/** A field that contacts have in the tool. */
export const field = z.object({ name: z.string(), type: z.enum(fieldTypes) })

/** What the tool answers to each upsert, by the reference that it was sent with. */
export const result = z.object({ ref: z.string(), code: z.string(), contact: contact.optional() })
export type Result = z.output<typeof result>

export const upsertOf = ({ contact: { id, key }, create, fields }: Change) => ({
  ref: id,
  email: key.value,
  create,
  fields,
})

/** The tool does not tell an empty text from none. */
const filled = (value: FieldValue | undefined): FieldValue => (value === undefined || value === '' ? null : value)

/** Only what the tool shows as stored counts as applied: many tools answer 200 and drop what they do not know. */
const stored = (status: 'applied' | 'unchanged', { fields }: Change, shown: Stored | undefined): Outcome => {
  if (shown === undefined) return { status: 'retry', reason: 'the tool did not show what it stored' }
  const lost = Object.keys(fields).find((name) => filled(shown.fields[name]) !== filled(fields[name]))
  if (lost === undefined) return { status, remoteId: shown.id }
  return { status: 'rejected', reason: `the tool did not store ${lost} as it was sent`, field: lost }
}

/** The verdict on a change; a code that is new to us is asked again. */
export const outcomeOf = (change: Change, answered: Result | undefined): Outcome => {
  switch (answered?.code) {
    case 'stored':
      return stored('applied', change, answered.contact)
    case 'same':
      return stored('unchanged', change, answered.contact)
    case 'absent':
      return { status: 'skipped', reason: 'the tool has no such contact' }
    case 'invalid':
      return { status: 'rejected', reason: 'the tool holds the address to be invalid' }
    default:
      return { status: 'retry', reason: `the tool answered ${answered?.code ?? 'nothing'}` }
  }
}

/** Every wanted field, null where it is empty. */
export const holdingOf = ({ id, fields }: Stored, wanted: Wanted): Holding => ({
  remoteId: id,
  fields: Object.fromEntries(wanted.fields.map((name) => [name, filled(fields[name])])),
  memberships: [],
})

export const emailsOf = (contacts: readonly Contact[]): readonly string[] => contacts.map(({ key }) => key.value)
