import { z } from 'zod'
import type { FieldType, ToolField } from '../../core/contract/connector.ts'
import { type MailchimpContext, pathIn } from './settings.ts'

const mergeField = z.object({
  tag: z.string(),
  name: z.string(),
  type: z.string(),
  options: z.object({ choices: z.array(z.string()).default([]) }).catch({ choices: [] }),
})
type MergeField = z.output<typeof mergeField>

const truths = ['true', 'false']
/** `null`: more than one value can hold, as in a postal address. */
const types: Readonly<Record<string, FieldType | null>> = {
  number: 'number',
  url: 'url',
  imageurl: 'url',
  address: null,
}
const typeOf = ({ type, options: { choices } }: MergeField): FieldType | null => {
  const isTruth = choices.length === truths.length && truths.every((truth) => choices.includes(truth))
  if (isTruth) return 'boolean'
  return types[type] === undefined ? 'text' : types[type]
}

/**
 * What a new merge field is made of. Mailchimp has no truth values, so these become a choice of two words; its dates know
 * no time of day, so times stay ISO 8601 text; addresses are text because content may hold relative ones.
 */
export const madeOf = {
  text: { type: 'text' },
  datetime: { type: 'text' },
  url: { type: 'text' },
  number: { type: 'number' },
  boolean: { type: 'radio', options: { choices: truths } },
} as const satisfies Record<FieldType, object>

/** The audience's own fields, those with a single value. An audience has 80 at most, all on one page. */
export const fieldsOf = async (ctx: MailchimpContext): Promise<readonly ToolField[]> => {
  const query = { count: 1000, fields: 'merge_fields.tag,merge_fields.name,merge_fields.type,merge_fields.options' }
  const reply = z.object({ merge_fields: z.array(mergeField) })
  const { body } = await ctx.http({ method: 'GET', path: pathIn(ctx, '/merge-fields'), query, reply })
  return body.merge_fields.flatMap((field) => {
    const type = typeOf(field)
    return type ? [{ name: field.tag, type, label: field.name, writable: true }] : []
  })
}
