import { z } from 'zod'
import type { FieldType, ToolField } from '../../core/contract/connector.ts'
import type { Wire } from './settings.ts'

const attribute = z.object({ name: z.string(), category: z.string(), type: z.string().nullish() })
type Attribute = z.output<typeof attribute>

const types: Readonly<Record<string, FieldType>> = {
  text: 'text',
  date: 'text',
  id: 'text',
  float: 'number',
  boolean: 'boolean',
}
/** Of `normal` those with one value, and choices, which count as text. Transactional ones belong to orders and not to people. */
const typeOf = ({ category, type }: Attribute): FieldType | null => {
  if (category === 'category' || category === 'calculated' || category === 'global') return 'text'
  return category === 'normal' ? (types[type ?? 'text'] ?? null) : null
}
const isWritable = ({ category }: Attribute) => category === 'normal' || category === 'category'

export const attributesPath = '/contacts/attributes'
export const fieldsOf = async ({ http }: Wire): Promise<readonly ToolField[]> => {
  const reply = z.object({ attributes: z.array(attribute) })
  const { body } = await http({ method: 'GET', path: attributesPath, reply })
  return body.attributes.flatMap((found) => {
    const type = typeOf(found)
    return type ? [{ name: found.name, type, label: found.name, writable: isWritable(found) }] : []
  })
}

/** What a new attribute is made of. Brevo's dates know no time of day, so times stay ISO 8601 text. */
export const madeOf = {
  text: 'text',
  url: 'text',
  datetime: 'text',
  number: 'float',
  boolean: 'boolean',
} as const satisfies Record<FieldType, string>
/** Brevo writes names of attributes in upper case, whatever it was given. */
export const isPossibleName = (name: string): boolean => /^[A-Z][A-Z0-9_]*$/.test(name)
