import { z } from 'zod'
import type { Needs, SetupReport, ToolField } from '../../core/contract/connector.ts'
import { attempt, reasonIn } from './ask.ts'
import { type Campaigns, campaignNamed, campaignProblem, lookUpCampaigns } from './campaign.ts'
import { describe, fieldsFrom } from './field.ts'
import { grantAccess } from './permission-set.ts'
import { path, type Wire } from './settings.ts'

/** Of one record that was made. */
export const created = z.object({ id: z.string(), success: z.literal(true) })
/** A text has 255 characters, and not the many of a long text area, which nobody could filter by. */
const shapes: Readonly<Record<ToolField['type'], object>> = {
  text: { type: 'Text', length: 255 },
  url: { type: 'Url' },
  number: { type: 'Number', precision: 18, scale: 4 },
  boolean: { type: 'Checkbox', defaultValue: false },
  datetime: { type: 'DateTime' },
}
const make = (ctx: Wire, rest: string, json: object) =>
  attempt(ctx, { method: 'POST', path: path(rest), json, accept: [400, 403], reply: created })
/**
 * Makes a custom field; `null`, or why not. Source:
 * https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_customfield.htm
 */
const createField = async (ctx: Wire, { name, label, type }: ToolField): Promise<string | null> => {
  const json = { FullName: `${ctx.settings.object}.${name}`, Metadata: { label, ...shapes[type] } }
  const answer = await make(ctx, '/tooling/sobjects/CustomField', json)
  return answer.done ? null : reasonIn(answer.problems)
}

/** At most 40 characters before the ending, no two underscores in a row, and none at the end. */
const isPossible = (name: string) => /^(?!.*__.*__c$)[A-Za-z]\w{0,39}__c$/.test(name) && !/___c$/.test(name)
const impossible = (name: string) =>
  `field ${name} cannot be created: the API name of a custom field has letters, digits and underscores, and ends in __c`

const missing = (needs: readonly ToolField[], there: readonly ToolField[]) =>
  needs.filter(({ name }) => !there.some((field) => field.name === name))
const mismatch = (need: ToolField, there: readonly ToolField[]): string | null => {
  const field = there.find(({ name }) => name === need.name)
  const fits =
    field === undefined ||
    (field.writable && (field.type === need.type || (need.type === 'url' && field.type === 'text')))
  if (fits) return null
  return `field ${need.name} is ${field.type}${field.writable ? '' : ', read-only'}, but must take ${need.type}`
}

interface Made {
  readonly made: readonly ToolField[]
  /** Why the others were not. */
  readonly manual: readonly string[]
}
/** Creates fields, and lets the integration user see them. */
const createFields = async (ctx: Wire, wanted: readonly ToolField[]): Promise<Made> => {
  const manual = wanted.filter(({ name }) => !isPossible(name)).map(({ name }) => impossible(name))
  const made: ToolField[] = []
  for (const field of wanted.filter(({ name }) => isPossible(name))) {
    const problem = await createField(ctx, field)
    if (problem === null) made.push(field)
    else manual.push(`field ${field.name}: Salesforce refused to create it, so create it by hand: ${problem}`)
  }
  if (made.length > 0) await grantAccess(ctx, made)
  return { made, manual }
}
const hidden = ({ name }: ToolField) => `field ${name} is hidden: give the integration user field-level security on it`

const setUpFields = async (ctx: Wire, needs: readonly ToolField[]): Promise<SetupReport> => {
  const before = fieldsFrom(await describe(ctx))
  const { made, manual } = await createFields(ctx, missing(needs, before))
  const after = made.length > 0 ? fieldsFrom(await describe(ctx)) : before
  const isSound = (need: ToolField) => missing([need], after).length === 0 && mismatch(need, after) === null
  const line = ({ name }: ToolField) => `field ${name}`
  return {
    created: made.filter(isSound).map(line),
    present: needs.filter((need) => isSound(need) && !made.includes(need)).map(line),
    manual: [...manual, ...needs.flatMap((need) => mismatch(need, after) ?? []), ...missing(made, after).map(hidden)],
  }
}

interface Line {
  readonly list: keyof SetupReport
  readonly text: string
}
const setUpCampaign = async (ctx: Wire, campaigns: Campaigns, name: string): Promise<Line> => {
  const problem = campaignProblem(campaigns, { kind: 'campaign', name }, false)
  if (problem !== null) return { list: 'manual', text: problem }
  if (campaignNamed(campaigns, name) !== null) return { list: 'present', text: `campaign ${name}` }
  const answer = await make(ctx, '/sobjects/Campaign', { Name: name, IsActive: true })
  if (answer.done) return { list: 'created', text: `campaign ${name}` }
  const hint = 'make the integration user a Marketing User, or create it by hand'
  return { list: 'manual', text: `campaign ${name}: ${hint}: ${reasonIn(answer.problems)}` }
}
const setUpCampaigns = async (ctx: Wire, names: readonly string[]): Promise<SetupReport> => {
  const campaigns = await lookUpCampaigns(ctx, names)
  const lines: Line[] = []
  for (const name of names) lines.push(await setUpCampaign(ctx, campaigns, name))
  const of = (wanted: Line['list']) => lines.filter(({ list }) => list === wanted).map(({ text }) => text)
  return { created: of('created'), present: of('present'), manual: of('manual') }
}

export const setUp = async (ctx: Wire, { fields, memberships }: Needs): Promise<SetupReport> => {
  const own = await setUpFields(ctx, fields)
  const campaigns = await setUpCampaigns(ctx, [...new Set(memberships.map(({ name }) => name))])
  return {
    created: [...own.created, ...campaigns.created],
    present: [...own.present, ...campaigns.present],
    manual: [...own.manual, ...campaigns.manual],
  }
}
