import { z } from 'zod'
import type { Membership } from '../../core/contract/change.ts'
import type { Needs, SetupReport, ToolField } from '../../core/contract/connector.ts'
import { ask, listAll, refusal, wordsOf } from './api.ts'
import { fieldsOf } from './map.ts'
import type { GhostContext } from './settings.ts'

interface Line {
  readonly list: keyof SetupReport
  readonly text: string
}

const fieldLine = (ctx: GhostContext, { name }: ToolField): Line =>
  fieldsOf(ctx.settings).some((field) => field.name === name)
    ? { list: 'present', text: `field ${name}` }
    : {
        list: 'manual',
        text: `field ${name}: Ghost has no fields of its own: add it to noteFields in settings to keep it in the note, or map to a label`,
      }

const add = async (ctx: GhostContext, path: string, json: object, text: string): Promise<Line> => {
  const reply = z.union([refusal, z.looseObject({})])
  const { status, body } = await ask(ctx, { method: 'POST', path, json, accept: [422], reply })
  if (status !== 422) return { list: 'created', text }
  const said = wordsOf(refusal.catch({ errors: [] }).parse(body))
  if (/already/i.test(said)) return { list: 'present', text }
  return { list: 'manual', text: `${text}: Ghost refused to create it: ${said}` }
}

const labelLine = (ctx: GhostContext, { name }: Membership, known: ReadonlySet<string>) =>
  known.has(name.trim().toLowerCase())
    ? ({ list: 'present', text: `label ${name}` } satisfies Line)
    : add(ctx, '/labels/', { labels: [{ name }] }, `label ${name}`)

const events = ['member.added', 'member.edited'] as const
/** Ghost lists webhooks to nobody, but takes no second one for the same event and address. */
const webhookLine = (ctx: GhostContext, event: string): Promise<Line> | Line => {
  const { webhookUrl, webhookSecret } = ctx.settings
  if (webhookUrl === undefined || webhookSecret === undefined)
    return {
      list: 'manual',
      text: `webhook ${event}: state webhookUrl and webhookSecret in settings and run setup again; until then changes wait for the next pull`,
    }
  const webhook = { name: 'Leitstern', event, target_url: webhookUrl, secret: webhookSecret }
  return add(ctx, '/webhooks/', { webhooks: [webhook] }, `webhook ${event}`)
}

export const setUp = async (ctx: GhostContext, { fields, memberships }: Needs): Promise<SetupReport> => {
  const labels = await listAll(ctx, 'labels', z.object({ name: z.string() }))
  const known = new Set(labels.map(({ name }) => name.trim().toLowerCase()))
  const lines: Line[] = fields.map((field) => fieldLine(ctx, field))
  for (const membership of memberships) lines.push(await labelLine(ctx, membership, known))
  for (const event of events) lines.push(await webhookLine(ctx, event))
  const of = (wanted: Line['list']) => lines.filter(({ list }) => list === wanted).map(({ text }) => text)
  return { created: of('created'), present: of('present'), manual: of('manual') }
}
