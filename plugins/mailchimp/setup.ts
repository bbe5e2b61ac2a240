import { z } from 'zod'
import type { Membership } from '../../core/contract/change.ts'
import type { Needs, SetupReport, ToolField } from '../../core/contract/connector.ts'
import { fieldsOf, madeOf } from './merge-field.ts'
import { type MailchimpContext, pathIn } from './settings.ts'
import { createTag, tagId } from './tags.ts'

interface Line {
  readonly list: keyof SetupReport
  readonly text: string
}

const problem = z.object({ status: z.literal(400), detail: z.string().catch('no reason') })
const created = z.object({ tag: z.string() })

const createField = async (ctx: MailchimpContext, { name, label, type }: ToolField): Promise<Line> => {
  if (!/^[A-Z0-9_]{1,10}$/.test(name))
    return {
      list: 'manual',
      text: `field ${name}: a merge tag has at most 10 characters, A to Z, 0 to 9 and _: choose another in the map`,
    }
  const { body } = await ctx.http({
    method: 'POST',
    path: pathIn(ctx, '/merge-fields'),
    json: { tag: name, name: label, required: false, public: false, ...madeOf[type] },
    // A plan allows only so many fields: that stops this one and not the others.
    accept: [400],
    reply: z.union([created, problem]),
  })
  if ('detail' in body) return { list: 'manual', text: `field ${name}: Mailchimp refused to create it: ${body.detail}` }
  return { list: 'created', text: `field ${name}` }
}
const tagLine = async (ctx: MailchimpContext, { name }: Membership): Promise<Line> => {
  const text = `tag ${name}`
  if ((await tagId(ctx, name)) !== null) return { list: 'present', text }
  await createTag(ctx, name)
  return { list: 'created', text }
}

export const setUp = async (ctx: MailchimpContext, { fields, memberships }: Needs): Promise<SetupReport> => {
  const known = new Set((await fieldsOf(ctx)).map(({ name }) => name))
  const lines: Line[] = []
  for (const field of fields)
    lines.push(known.has(field.name) ? { list: 'present', text: `field ${field.name}` } : await createField(ctx, field))
  for (const membership of memberships) lines.push(await tagLine(ctx, membership))
  const of = (wanted: Line['list']) => lines.filter(({ list }) => list === wanted).map(({ text }) => text)
  return { created: of('created'), present: of('present'), manual: of('manual') }
}
