import { z } from 'zod'
import type { Needs, SetupReport, ToolField } from '../../core/contract/connector.ts'
import { attributesPath, fieldsOf, isPossibleName, madeOf } from './attribute.ts'
import { createLists, lookUpLists } from './list.ts'
import type { Wire } from './settings.ts'
import { subscribed } from './webhook.ts'

interface Line {
  readonly list: keyof SetupReport
  readonly text: string
}
const problem = z.object({ message: z.string().catch('no reason') })

const fieldLine = async (ctx: Wire, need: ToolField, there: ToolField | undefined): Promise<Line> => {
  const text = `attribute ${need.name}`
  if (there?.writable) return { list: 'present', text }
  if (there) return { list: 'manual', text: `${text} is calculated by Brevo: map to another one` }
  if (!isPossibleName(need.name))
    return { list: 'manual', text: `${text}: Brevo takes A to Z, 0 to 9 and _ only: choose another name in the map` }
  const path = `${attributesPath}/normal/${encodeURIComponent(need.name)}`
  const json = { type: madeOf[need.type] }
  const reply = z.union([problem, z.undefined(), z.literal('')])
  const { status, body } = await ctx.http({ method: 'POST', path, json, accept: [400], reply })
  if (status < 400) return { list: 'created', text }
  return { list: 'manual', text: `${text}: Brevo refused to create it: ${body ? body.message : 'no reason'}` }
}

const listLines = async (ctx: Wire, names: readonly string[]): Promise<readonly Line[]> => {
  const known = await lookUpLists(ctx, names)
  await createLists(
    ctx,
    names.filter((name) => !known.has(name)),
  )
  return names.map((name) => ({ list: known.has(name) ? 'present' : 'created', text: `list ${name}` }))
}

const webhook = z.object({ url: z.string() })
const webhookLines = async ({ http, settings }: Wire): Promise<readonly Line[]> => {
  const { webhookUrl: url, webhookSecret: token } = settings
  if (url === undefined || token === undefined) return []
  const text = 'webhook for marketing events'
  // An account without webhooks answers 404.
  const reply = z.object({ webhooks: z.array(webhook).nullish() })
  const { body } = await http({ method: 'GET', path: '/webhooks', query: { type: 'marketing' }, accept: [404], reply })
  if ((body.webhooks ?? []).some((one) => one.url === url)) return [{ list: 'present', text }]
  const auth = { type: 'bearer', token }
  const json = { url, description: 'Leitstern', type: 'marketing', events: subscribed, auth }
  await http({ method: 'POST', path: '/webhooks', json, reply: z.object({ id: z.number() }) })
  return [{ list: 'created', text }]
}

export const setUp = async (ctx: Wire, { fields, memberships }: Needs): Promise<SetupReport> => {
  const there = new Map((await fieldsOf(ctx)).map((field) => [field.name, field]))
  const lines: Line[] = []
  for (const need of fields) lines.push(await fieldLine(ctx, need, there.get(need.name)))
  lines.push(...(await listLines(ctx, [...new Set(memberships.map(({ name }) => name))])), ...(await webhookLines(ctx)))
  const of = (wanted: Line['list']) => lines.filter(({ list }) => list === wanted).map(({ text }) => text)
  return { created: of('created'), present: of('present'), manual: of('manual') }
}
