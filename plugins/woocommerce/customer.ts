import { z } from 'zod'
import { type FieldValue, fieldValue } from '../../core/contract/value.ts'

const meta = z.object({ key: z.string(), value: z.unknown() })
/** A customer as the REST API shows one: https://woocommerce.github.io/woocommerce-rest-api-docs/#customers */
export const customer = z.object({
  id: z.number().min(1),
  email: z.string(),
  first_name: z.string().default(''),
  last_name: z.string().default(''),
  role: z.string().nullish(),
  date_created_gmt: z.string().nullish(),
  date_modified_gmt: z.string().nullish(),
  billing: z.object({ phone: z.string().nullish() }).nullish(),
  meta_data: z
    .array(z.unknown())
    .default([])
    .transform((all) => all.flatMap((one) => meta.safeParse(one).data ?? [])),
})
export type Customer = z.output<typeof customer>

/** Whoever is neither works for the shop: no customer, and not ours to delete. */
export const isStaff = ({ role }: Customer): boolean => !['customer', 'subscriber', null, undefined].includes(role)

/** Fields that every customer has; all others are meta. */
const standard = { first_name: 'First name', last_name: 'Last name', billing_phone: 'Phone number' } as const
const isStandard = (name: string): name is keyof typeof standard => Object.hasOwn(standard, name)

/**
 * WooCommerce keeps meta as text and forgets what it was: a number comes back as '7', false as ''. So the hub writes text
 * and notes beside it, as JSON, which of its fields are not.
 */
const notes = 'leitstern_types'
const types = z.record(z.string(), z.enum(['number', 'boolean']))
type Types = z.output<typeof types>

const metaOf = ({ meta_data }: Customer, key: string): unknown => meta_data.find((found) => found.key === key)?.value
const typesOf = (found: Customer | undefined): Types => {
  const text = z.string().safeParse(found && metaOf(found, notes)).data
  try {
    return types.parse(JSON.parse(text ?? '{}'))
  } catch {
    return {}
  }
}

const readers: Readonly<Record<Types[string], (text: string) => FieldValue>> = {
  number: (text) => (Number.isNaN(Number(text)) ? text : Number(text)),
  boolean: (text) => (text === 'true' || text === 'false' ? text === 'true' : text),
}
const standardOf = (found: Customer): Readonly<Record<keyof typeof standard, string>> => ({
  first_name: found.first_name,
  last_name: found.last_name,
  billing_phone: found.billing?.phone ?? '',
})
/** What a customer holds in a field; `null` when it is empty, or more than one plain value. */
export const heldIn = (found: Customer, name: string): FieldValue => {
  if (isStandard(name)) return standardOf(found)[name] || null
  const { data = null } = fieldValue.safeParse(metaOf(found, name))
  const type = typesOf(found)[name]
  if (data === null || data === '') return null
  return type === undefined ? data : readers[type](String(data))
}
export const fieldsOf = (found: Customer): Readonly<Record<string, FieldValue>> => {
  const names = [...Object.keys(standard), ...found.meta_data.map(({ key }) => key).filter((key) => key !== notes)]
  return Object.fromEntries(names.map((name) => [name, heldIn(found, name)]))
}

type Fields = Readonly<Record<string, FieldValue>>
const noted = (before: Customer | undefined, fields: Fields): string | null => {
  const known: Record<string, string> = { ...typesOf(before) }
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'number' || typeof value === 'boolean') known[name] = typeof value
    else delete known[name]
  }
  return Object.keys(known).length > 0 ? JSON.stringify(known) : null
}
/** `null` removes a meta, an empty text would stay as one. */
const textOf = (value: FieldValue): string | null => (value === null || value === '' ? null : String(value))

/** Fields as a create or an update of the REST API takes them. */
export const inputOf = (before: Customer | undefined, fields: Fields): Readonly<Record<string, unknown>> => {
  const own = Object.entries(fields).filter(([name]) => isStandard(name) && name !== 'billing_phone')
  const free = Object.entries(fields).filter(([name]) => !isStandard(name))
  const metas = free.map(([key, value]) => ({ key, value: textOf(value) }))
  const types = { key: notes, value: noted(before, Object.fromEntries(free)) }
  return {
    ...Object.fromEntries(own.map(([name, value]) => [name, String(value ?? '')])),
    ...(fields.billing_phone === undefined ? {} : { billing: { phone: String(fields.billing_phone ?? '') } }),
    ...(metas.length > 0 ? { meta_data: [...metas, types] } : {}),
  }
}

/** WooCommerce passes over meta that begin with an underscore, without a word: they are the shop's own. */
export const isPossible = (name: string): boolean => !name.startsWith('_') && name !== notes && name.length <= 255
/** The first of these fields that the customer does not hold as sent. */
export const lostOf = (fields: Fields, after: Customer): string | undefined =>
  Object.keys(fields).find((name) => heldIn(after, name) !== (fields[name] === '' ? null : fields[name]))
