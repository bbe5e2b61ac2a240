import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Needs, SetupReport, ToolField } from '../../core/contract/connector.ts'
import { bodyFor, type ContentType, contentType, fieldsIn, isPossibleId, typeOf, typePath } from './model.ts'
import { problem } from './problem.ts'
import { type ContentfulContext, pathIn, type Settings, spacePath, versionHeader } from './settings.ts'
import { newTag, tagsOf } from './tag.ts'

interface Line {
  readonly list: keyof SetupReport
  readonly text: string
}
const present = (text: string): Line => ({ list: 'present', text })
const created = (text: string): Line => ({ list: 'created', text })
const manual = (text: string): Line => ({ list: 'manual', text })

const typeAnswer = z.union([contentType, problem])
const refusals = [400, 409, 422]

/** Writes the type and activates it: until then its new fields are a draft, which entries cannot use. */
const writeType = async (ctx: ContentfulContext, before: ContentType | null, needs: readonly ToolField[]) => {
  const headers = before ? versionHeader(before.sys.version) : {}
  const json = bodyFor(before, needs)
  const put = await ctx.http({ method: 'PUT', path: typePath(ctx), headers, json, accept: refusals, reply: typeAnswer })
  if ('message' in put.body) return put.body
  const { body } = await ctx.http({
    method: 'PUT',
    path: typePath(ctx, '/published'),
    headers: versionHeader(put.body.sys.version),
    accept: refusals,
    reply: typeAnswer,
  })
  return 'message' in body ? body : null
}

const fits = (need: ToolField, known: ToolField) =>
  known.writable && (known.type === need.type || (need.type === 'url' && known.type === 'text'))
const lineOf = (need: ToolField, known: ToolField | undefined): Line | null => {
  const text = `field ${need.name}`
  if (known)
    return fits(need, known) ? present(text) : manual(`${text}: is of another type or locked: map to another one`)
  return isPossibleId(need.name)
    ? null
    : manual(`${text}: an id has letters, digits and _ only: choose another in the map`)
}
const fieldLines = async (ctx: ContentfulContext, needs: readonly ToolField[]): Promise<readonly Line[]> => {
  const before = await typeOf(ctx)
  const known = new Map((before ? fieldsIn(before) : []).map((field) => [field.name, field]))
  const judged = needs.map((need) => [need, lineOf(need, known.get(need.name))] as const)
  const missing = judged.flatMap(([need, line]) => (line === null ? [need] : []))
  const lines = judged.flatMap(([, line]) => (line === null ? [] : [line]))
  if (before?.sys.publishedVersion !== undefined && missing.length === 0) return lines
  const refused = await writeType(ctx, before, missing)
  const made = missing.map(({ name }) => `field ${name}`)
  if (refused === null)
    return [...lines, ...(before ? made : [`content type ${ctx.settings.contentType}`, ...made]).map(created)]
  const why = `Contentful refused the content type: ${refused.sys.id}: ${refused.message}: run setup again, or create it there`
  return [...lines, ...[`content type ${ctx.settings.contentType}`, ...made].map((text) => manual(`${text}: ${why}`))]
}

const idFor = (name: string) => {
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8)
  return `leitstern-${name.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 40)}-${digest}`
}
const tagLines = async (ctx: ContentfulContext, names: readonly string[]): Promise<readonly Line[]> => {
  const tags = names.length > 0 ? await tagsOf(ctx) : new Map<string, string>()
  const lines: Line[] = []
  for (const name of names) {
    const text = `tag ${name}`
    if (!tags.has(name))
      await ctx.http({
        method: 'PUT',
        path: pathIn(ctx, `/tags/${idFor(name)}`),
        json: newTag(name),
        reply: z.unknown(),
      })
    lines.push(tags.has(name) ? present(text) : created(text))
  }
  return lines
}

export const webhookFor = (settings: Settings, url: string) => ({
  name: 'Leitstern',
  url,
  topics: ['Entry.save', 'Entry.publish'],
  filters: [
    { equals: [{ doc: 'sys.contentType.sys.id' as const }, settings.contentType] satisfies [object, string] },
    { equals: [{ doc: 'sys.environment.sys.id' as const }, settings.environment] satisfies [object, string] },
  ],
  headers: [],
  active: true,
})
/** The space has one secret for all its webhooks, and shows only its end: one that is there is never replaced. */
const secretLine = async (ctx: ContentfulContext, secret: string): Promise<Line> => {
  const path = `${spacePath(ctx)}/webhook_settings/signing_secret`
  const reply = z.object({ redactedValue: z.string().optional() })
  const { status, body } = await ctx.http({ method: 'GET', path, accept: [404], reply })
  if (status === 404) {
    await ctx.http({ method: 'PUT', path, json: { value: secret }, reply: z.unknown() })
    return created('signing secret of webhooks')
  }
  const end = (body.redactedValue ?? '').replace(/^[^0-9A-Za-z+/=_-]*/, '').slice(-4)
  return end !== '' && secret.endsWith(end)
    ? present('signing secret of webhooks')
    : manual('signing secret of webhooks: the space has another one: state it as webhookSecret in settings')
}
const webhookLines = async (ctx: ContentfulContext): Promise<readonly Line[]> => {
  const { webhookUrl, webhookSecret } = ctx.settings
  if (webhookUrl === undefined || webhookSecret === undefined)
    return [
      manual(
        'webhook: state webhookUrl and webhookSecret in settings and run setup again; until then changes wait for the next pull',
      ),
    ]
  const path = `${spacePath(ctx)}/webhook_definitions/leitstern-${ctx.settings.environment}`
  const found = await ctx.http({ method: 'GET', path, accept: [404], reply: z.unknown() })
  if (found.status === 404)
    await ctx.http({ method: 'PUT', path, json: webhookFor(ctx.settings, webhookUrl), reply: z.unknown() })
  return [found.status === 404 ? created('webhook') : present('webhook'), await secretLine(ctx, webhookSecret)]
}

export const setUp = async (ctx: ContentfulContext, { fields, memberships }: Needs): Promise<SetupReport> => {
  const lines = [
    ...(await fieldLines(ctx, fields)),
    ...(await tagLines(ctx, [...new Set(memberships.map(({ name }) => name))])),
    ...(await webhookLines(ctx)),
  ]
  const of = (wanted: Line['list']) => lines.filter(({ list }) => list === wanted).map(({ text }) => text)
  return { created: of('created'), present: of('present'), manual: of('manual') }
}
