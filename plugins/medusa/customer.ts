import { z } from 'zod'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'

/** A customer as the Admin API shows one: https://docs.medusajs.com/api/admin#customers */
export const customer = z.object({
  id: z.string(),
  email: z.string().nullish(),
  first_name: z.string().nullish(),
  last_name: z.string().nullish(),
  company_name: z.string().nullish(),
  phone: z.string().nullish(),
  has_account: z.boolean().nullish(),
  updated_at: z.string(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  groups: z.array(z.object({ id: z.string(), name: z.string().nullish() })).nullish(),
})
export type Customer = z.output<typeof customer>
/** Everything that the schema above reads. */
export const fields = 'id,email,first_name,last_name,company_name,phone,has_account,updated_at,metadata,*groups'

/** Fields that every customer has; all others are kept in its metadata. */
const standard = ['first_name', 'last_name', 'company_name', 'phone'] as const
type Standard = (typeof standard)[number]
const isStandard = (name: string): name is Standard => standard.some((own) => own === name)

type Fields = Readonly<Record<string, FieldValue>>
/** What a customer holds in a field; `null` when it is empty, or more than one plain value. */
export const heldIn = (found: Customer, name: string): FieldValue => {
  const { data = null } = fieldValue.safeParse(isStandard(name) ? found[name] : found.metadata?.[name])
  return data === '' ? null : data
}
export const fieldsOf = (found: Customer): Fields => {
  const names = [...standard, ...Object.keys(found.metadata ?? {})]
  return Object.fromEntries(names.map((name) => [name, heldIn(found, name)]))
}

const isEmpty = (value: FieldValue) => value === null || value === ''
/**
 * Fields as a create or an update takes them. Metadata are merged into what is there: a key that is not named stays, one with
 * an empty text is removed, and one with null would stay as null.
 */
export const inputOf = (values: Fields): Readonly<Record<string, unknown>> => {
  const own = Object.entries(values).filter(([name]) => isStandard(name))
  const free = Object.entries(values).filter(([name]) => !isStandard(name))
  const metadata = Object.fromEntries(free.map(([name, value]) => [name, isEmpty(value) ? '' : value]))
  return {
    ...Object.fromEntries(own.map(([name, value]) => [name, isEmpty(value) ? null : value])),
    ...(free.length > 0 ? { metadata } : {}),
  }
}
/** The first of these fields that the customer does not hold as sent. */
export const lostOf = (values: Fields, after: Customer): string | undefined =>
  Object.keys(values).find((name) => heldIn(after, name) !== (isEmpty(values[name] ?? null) ? null : values[name]))
